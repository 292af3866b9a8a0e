import { readPrinted } from "../spelling/printed";
import { singular } from "../spelling/same-words";
import { plain } from "../spelling/stop-words";

/** In UTF-16 code units: what stands behind them in a text says nothing new of its subject. */
const MAX_READ = 20_000;
/** Longer runs are no words. */
export const MAX_LENGTH = 40;
/** What is printed otherwise than it is written: TeX, HTML's entities, letters that are not ASCII's. */
const SPECIAL = /[\\&\u0080-\uffff]/;
/** What stands between spaces, with such in it. */
const SPECIAL_RUN = /(?<!\S)[^\s\\&\u0080-\uffff]*(?!\s)[\\&\u0080-\uffff]\S*/g;
/** Before a letter with an accent in braces of its own: Schr{\"o}dinger. */
const BRACE = /\{(?=\\[^A-Za-z])/g;
/** Plurals of acronyms, which the stemmer takes the s for a part of, as search reads them: LLMs, GPUs. */
const ACRONYMS = /^(?:[b-df-hj-np-tv-xz]+[b-df-hj-np-rtv-xz]|[cgntx]pu)s$/;
/** Those that end in s, but are no plurals. */
const SINGULAR = new Set(
  "bfs bps css dfs dns dps fps gbps gps kbps mbps mcts nms rms rts sds sms sts tls tps tts xss".split(" "),
);
const NOT_ASCII = /[\u0080-\uffff]/;
const WORD = /[\p{L}\p{N}]+/gu;
const ASCII_WORD = /[a-z0-9]+/g;

/** A text's letters and signs, and whether all are ASCII's. */
interface Letters {
  letters: string;
  isAscii: boolean;
}

/**
 * The words of a text, in their order, as search reads letters: small ones without accents, TeX and entities as printed, plurals
 * as their singulars. Compounds are read by their parts. Only the first 20,000 code units are read.
 */
export function wordsOf(text: string): string[] {
  return wordsIn(readLetters(text));
}

/** Its first 20,000 code units as printed, in small letters without accents. */
export function readLetters(text: string): Letters {
  const start = text.length > MAX_READ ? text.slice(0, MAX_READ) : text;
  const read = SPECIAL.test(start) ? start.replace(SPECIAL_RUN, asPrinted) : start;
  const letters = read.toLowerCase();
  return { letters, isAscii: !NOT_ASCII.test(letters) };
}

/** Runs of letters and digits, plurals as their singulars. */
export function wordsIn({ letters, isAscii }: Letters): string[] {
  const words: string[] = [];
  for (const run of letters.match(isAscii ? ASCII_WORD : WORD) ?? [])
    if (run.length <= MAX_LENGTH) words.push(run.endsWith("s") ? withoutPlural(run) : run);
  return words;
}

/** What is counted for a run of letters that ends in s. */
export function withoutPlural(word: string): string {
  return ACRONYMS.test(word) && !SINGULAR.has(word) ? word.slice(0, -1) : singular(word);
}

function asPrinted(run: string): string {
  return plain(readPrinted(run.replace(BRACE, "")).read);
}
