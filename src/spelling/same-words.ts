import { readPrinted } from "./printed";
import { plain } from "./stop-words";

/** Words whose stem keeps their "s", which a plural's loses. */
const NO_PLURALS = new Set(["news", "atlas", "cosmos", "bias", "andes", "innings", "outings"]);
const LETTERS = /^[a-z]{2,}$/;

/**
 * Whether each text that has the words of `phrase` has those of `part`, too: they are the same, or stand within them. False where
 * that is not certain. Plurals are like their singulars, as in search; other endings are not compared.
 */
export function includesWords(phrase: string, part: string): boolean {
  const [whole, few] = [wordsOf(phrase), wordsOf(part)];
  if (few.length === 0) return false;
  if (few.length === whole.length) return few.every((word, i) => word === whole[i]);
  // Signs and digits may be joined with their neighbors: "GPT 4" is also found in "GPT4", which has no word "GPT".
  if (!whole.every((word) => LETTERS.test(word))) return false;
  return whole.some((_, start) => few.every((word, i) => word === whole[start + i]));
}

function wordsOf(text: string): string[] {
  const words = plain(readPrinted(text).read).split(/\s+/);
  return words.map((word) => singular(word.replace(/^["'“”‘’]+|["'“”‘’.,;:!?]+$/g, ""))).filter((word) => word !== "");
}

/** As the first step of the English stemmer (Porter 2) reads plurals. */
export function singular(word: string): string {
  if (!LETTERS.test(word) || NO_PLURALS.has(word)) return word;
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (/[a-z]{2}ies$/.test(word)) return `${word.slice(0, -3)}y`;
  return /[aeiouy].*[^aeious]s$|[aeiouy].+[eio]s$/.test(word) ? word.slice(0, -1) : word;
}
