import { createHash } from "node:crypto";
import { wordsOf } from "../words";

/** A paper to learn from. */
export interface TextPaper {
  /** By which it is known again: of two with the same the later one counts. */
  key: string;
  title: string;
  abstract: string;
  category?: string;
}

/** The words of a text, each once: its id times 256, plus how often it stands there, at most 255 times. */
export type Bag = Uint32Array;

export interface BagPaper {
  /** A number that has nothing to do with the paper but its key: papers are in its order. */
  hash: number;
  title: Bag;
  abstract: Bag;
  category?: string;
}

/** Of more papers those are taken whose hashes are the smallest: 250,000 take some 250 MB. */
const MAX_PAPERS = 250_000;
/** As a bag's numbers have room for; arXiv's papers of all years have fewer. */
const MAX_WORDS = 2 ** 24;
const MAX_COUNT = 255;

/** The papers of all files, as the words that they have; it does not matter in which order they are added. */
export class Corpus {
  private readonly ids = new Map<string, number>();
  private readonly papers = new Map<string, BagPaper>();
  private bound = 2 ** 48;

  constructor(private readonly maxPapers = MAX_PAPERS) {}

  add({ key, title, abstract, category }: TextPaper): void {
    const hash = createHash("sha256").update(key).digest().readUIntBE(0, 6);
    if (hash >= this.bound) return;
    this.papers.set(key, { hash, title: this.bagOf(title), abstract: this.bagOf(abstract), category });
    while (this.papers.size > this.maxPapers) this.halve();
  }

  /** How many papers there are. */
  get size(): number {
    return this.papers.size;
  }

  /** How many words occur, in whatever paper. */
  get wordCount(): number {
    return this.ids.size;
  }

  /** By their ids. */
  words(): string[] {
    return [...this.ids.keys()];
  }

  /** In the order of their hashes. */
  sorted(): BagPaper[] {
    return [...this.papers.values()].sort((a, b) => a.hash - b.hash);
  }

  private halve(): void {
    this.bound /= 2;
    for (const [key, { hash }] of this.papers) if (hash >= this.bound) this.papers.delete(key);
  }

  private bagOf(text: string): Bag {
    const counts = new Map<number, number>();
    for (const word of wordsOf(text)) {
      const id = this.idOf(word);
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return pack(counts);
  }

  private idOf(word: string): number | undefined {
    const known = this.ids.get(word);
    if (known !== undefined || this.ids.size === MAX_WORDS) return known;
    this.ids.set(word, this.ids.size);
    return this.ids.size - 1;
  }
}

export function idIn(entry: number): number {
  return entry >>> 8;
}

export function countIn(entry: number): number {
  return entry & MAX_COUNT;
}

/** A bag of the words of both. */
export function union(a: Bag, b: Bag): Bag {
  const counts = new Map<number, number>();
  for (const entry of [...a, ...b]) counts.set(idIn(entry), (counts.get(idIn(entry)) ?? 0) + countIn(entry));
  return pack(counts);
}

function pack(counts: ReadonlyMap<number, number>): Bag {
  return Uint32Array.from(counts, ([id, count]) => id * 256 + Math.min(count, MAX_COUNT));
}
