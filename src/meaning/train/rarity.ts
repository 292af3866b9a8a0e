import { type BagPaper, idIn } from "./corpus";

/** In how many of the papers each word stands, by its id. */
export function frequenciesIn(papers: readonly BagPaper[], wordCount: number): Uint32Array {
  const frequencies = new Uint32Array(wordCount);
  const lastSeen = new Int32Array(wordCount).fill(-1);
  for (const [i, { title, abstract }] of papers.entries()) {
    for (const bag of [title, abstract]) {
      for (const entry of bag) {
        const id = idIn(entry);
        if (lastSeen[id] === i) continue;
        lastSeen[id] = i;
        frequencies[id]!++;
      }
    }
  }
  return frequencies;
}

/** How much a word says that stands in so many of the papers: its inverse document frequency (Spärck Jones 1972), smoothed. */
export function rarityOf(frequency: number, papers: number): number {
  return Math.log((papers + 1) / (frequency + 1)) + 1;
}
