import { badUserInput } from "./errors";

/** PostgreSQL refuses NUL, and half of a surrogate pair has no place in UTF-8: it would be stored as another character. */
export function isBroken(text: string): boolean {
  return text.includes("\u0000") || /\p{Surrogate}/u.test(text);
}

/** Refuses an argument that is no text. */
export function checkText(argument: string, text: string): void {
  if (!isBroken(text)) return;
  throw badUserInput(argument, `${argument} must not contain the NUL character (\\u0000) or half of a surrogate pair.`);
}
