import { randomFrom } from "../../src/meaning/train/random";

const SYLLABLES = "ba de fi go ku la me ni po ru ta vo".split(" ");

/** A word for each number, of letters alone, and none that ends in s. */
function wordOf(number: number): string {
  const digits = number.toString(SYLLABLES.length).padStart(3, "0");
  return Array.from(digits, (digit) => SYLLABLES[Number.parseInt(digit, SYLLABLES.length)]).join("");
}

/**
 * Papers as arXiv's JSON lines have them, of made words: each is of one of eight subjects, which have forty words each, and has some
 * of forty more that all papers share. The same ones for a seed.
 */
export function madePapers(
  count: number,
  seed = 1,
): { id: string; title: string; abstract: string; categories: string[] }[] {
  const random = randomFrom(seed);
  const pick = (from: number, size: number) => wordOf(from + Math.floor(random() * size));
  const categories = "cs.AI cs.CL cs.CV cs.LG math.CO stat.ML q-bio.GN hep-th".split(" ");
  return Array.from({ length: count }, (_, i) => {
    const subject = i % categories.length;
    const some = (length: number) =>
      Array.from({ length }, () => (random() < 0.5 ? pick(40 * (subject + 1), 40) : pick(0, 40))).join(" ");
    const number = String(i + 1).padStart(5, "0");
    return { id: `2501.${number}`, title: some(6), abstract: some(60), categories: [categories[subject]!] };
  });
}
