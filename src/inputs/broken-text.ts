/** PostgreSQL refuses NUL, and UTF-8 has no lone surrogates: one would be stored as another character. */
export function isBroken(text: string): boolean {
  return text.includes("\u0000") || /\p{Surrogate}/u.test(text);
}

/** The error message for a broken text, which it calls `label`. */
export function brokenRule(label: string): string {
  return `${label} must not contain the NUL character (\\u0000) or half of a surrogate pair.`;
}
