import { readPrinted } from "../spelling/printed";

/** What `searchable` inserts between a word and its number; print has nothing there. */
const SPLIT = "\u001e";
/** What it writes for the signs of C++, C# and .NET. */
const SIGN_LETTERS = "ʔʕʘ";

const IN_WORDS = /^[\p{L}\p{M}\p{Nd}\p{Nl}]/u;

/**
 * The position in the printed text of each UTF-16 code unit of the searched text, and the printed text's end. Omitted
 * characters belong to what precedes them. Letters that are not printed, as a later version of `searchable` may write them
 * while this one still runs, are at the end.
 */
export function originsOf(printed: string, searched: string): number[] {
  const { read, origins: printedAt } = readPrinted(printed);
  const origins: number[] = [];
  let at = 0;
  for (const unit of searched.split("")) {
    while (at < read.length && unit !== read[at] && unit !== SPLIT && !standsFor(unit, read.slice(at, at + 2))) {
      at += lengthAt(read, at);
    }
    origins.push(printedAt[Math.min(at, read.length)]!);
    if (unit === read[at]) at++;
    else if (unit !== SPLIT) at += lengthAt(read, at);
  }
  return [...origins, printed.length];
}

/** Whether `searchable` writes this unit for the printed character. */
function standsFor(unit: string, printed: string): boolean {
  if (SIGN_LETTERS.includes(unit)) return /^[+#.]/.test(printed);
  return !IN_WORDS.test(printed) && !/[\p{L}\p{N}]/u.test(unit);
}

function lengthAt(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
