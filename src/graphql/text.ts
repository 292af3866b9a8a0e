import { brokenRule, isBroken } from "../inputs/broken-text";
import { badUserInput } from "./errors";

/** Refuses an argument with NUL or half of a surrogate pair; throws BAD_USER_INPUT. */
export function checkText(argument: string, text: string): void {
  if (!isBroken(text)) return;
  throw badUserInput(argument, brokenRule(argument));
}
