import { brokenRule, isBroken } from "../inputs/broken-text";
import { badUserInput } from "./errors";

/** Refuses an argument with NUL or half of a surrogate pair; throws BAD_USER_INPUT. */
export function checkText(argument: string, text: string): void {
  if (!isBroken(text)) return;
  throw badUserInput(argument, brokenRule(argument));
}

const MAX_NAME_LENGTH = 200;

/** Refuses a name that is not 1 to 200 characters with something visible; throws BAD_USER_INPUT. None is fine. */
export function checkName(argument: string, name: string | null | undefined): void {
  if (typeof name !== "string") return;
  if (name.trim() === "" || name.length > MAX_NAME_LENGTH) {
    throw badUserInput(argument, `${argument} must have 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  checkText(argument, name);
}
