const MAX_KEYWORDS = 20;
const MAX_KEYWORD_LENGTH = 100;
/** The largest Int of GraphQL. */
export const MAX_COUNT = 2_147_483_647;

/** Separators of keywords typed into one field: line breaks, tabs, commas and semicolons of any script. */
const BETWEEN =
  /[\n\v\f\r\u0085\u2028\u2029\t,;\u037e\u055d\u060c\u061b\u3001\ufe10\ufe11\ufe14\ufe50\ufe51\ufe54\uff0c\uff1b\uff64]/;

/** The distinct words and phrases of one text. */
export function splitKeywords(text: string): string[] {
  const words = text.split(BETWEEN).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ""))];
}

/** What is wrong with a filter's words, as a sentence that calls the field `label`; null when nothing is. */
export function keywordsProblem(label: string, words: readonly string[]): string | null {
  if (words.length > MAX_KEYWORDS)
    return `${label} takes at most ${MAX_KEYWORDS} words or phrases, not ${words.length}.`;
  if (words.some((word) => word.trim() === "" || word.length > MAX_KEYWORD_LENGTH))
    return `Each of ${label} must have 1 to ${MAX_KEYWORD_LENGTH} characters.`;
  return null;
}

/** The limits of a count, as a sentence that calls the field `label`. */
export function countRule(label: string): string {
  return `${label} must be a whole number from 0 to ${MAX_COUNT}.`;
}
