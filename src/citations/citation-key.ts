import { readPrinted } from "../spelling/printed";
import { isStopWord, plain } from "../spelling/stop-words";
import type { CslName } from "./csl.types";
import { familyName } from "./names";

/** Titles beyond this length are as good as their beginning. */
const MAX_TITLE = 500;
const MAX_NAME = 30;
/** Letters that no form of Unicode takes apart. */
const LIGATURES: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe" };

/**
 * The key of a paper in a bibliography: `liu2024points`, of its first author's family name, the year of the date on which it
 * was first published, and the first word of its title that says something. ASCII; it changes only with these.
 */
export function citationKey(title: string, author: CslName | undefined, date: readonly number[]): string {
  const name = author ? asciiOf(familyName(author)).join("").slice(0, MAX_NAME) : "";
  const words = asciiOf(readPrinted(title.slice(0, MAX_TITLE)).read);
  const word = words.find((each) => /[a-z]/.test(each) && each.length > 1 && !isStopWord(each)) ?? "";
  return `${name}${date[0] ?? ""}${word}` || "paper";
}

/** Words of the letters and digits of ASCII, accents left out. */
function asciiOf(text: string): string[] {
  const letters = plain(text.replace(/['’]/g, "")).replace(/[ßæœ]/g, (letter) => LIGATURES[letter]!);
  return letters.match(/[a-z0-9]+/g) ?? [];
}
