import type { Sample } from "./document";
import type { Random } from "./random";

const PIECES = [
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  "...",
  "$",
  "@skip",
  ":",
  "!",
  '"',
  '"""',
  "\u0000",
  "#",
  "fragment F0 on Query",
  "on",
  "null",
  "-",
  "1e999",
  "__schema { types { name } }",
  "mutation",
  "subscription",
];

/** Breaks a document in one to four places: its characters or its words are lost, doubled, swapped or added. */
export function mutate(sample: Sample, random: Random): Sample {
  let { query } = sample;
  for (let i = random.int(1, 4); i > 0; i--) {
    const from = random.int(0, query.length);
    const to = Math.min(query.length, from + random.int(0, 12));
    const piece = query.slice(from, to);
    const put = random.pick([
      "",
      piece + piece,
      random.pick(PIECES),
      [...piece].reverse().join(""),
      query.slice(0, random.int(0, 200)),
    ]);
    query = query.slice(0, from) + put + query.slice(to);
  }
  return { ...sample, query };
}
