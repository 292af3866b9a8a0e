import { readCategory } from "./category";

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

const MAX_CATEGORIES = 20;

/** The distinct categories of one text, with spaces or separators of keywords between them. */
export function splitCategories(text: string): string[] {
  return [...new Set(splitKeywords(text).flatMap((part) => part.split(/\s+/)))];
}

/** What is wrong with a filter's categories, as a sentence that calls the field `label`; null when nothing is. */
export function categoriesProblem(label: string, categories: readonly string[]): string | null {
  if (categories.length > MAX_CATEGORIES)
    return `${label} takes at most ${MAX_CATEGORIES} categories, not ${categories.length}.`;
  if (categories.every((category) => readCategory(category) !== null)) return null;
  return `Each of ${label} must be one of arXiv's categories, such as cs.CL, or an archive, such as cs or hep-th.`;
}

/** The limits of a count, as a sentence that calls the field `label`. */
export function countRule(label: string): string {
  return `${label} must be a whole number from 0 to ${MAX_COUNT}.`;
}
