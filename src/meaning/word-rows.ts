import { MAX_LENGTH, withoutPlural, wordsIn } from "./words";

/** Of the FNV-1a hash, over UTF-16 code units. */
const FNV = { basis: 0x811c9dc5 | 0, prime: 0x01000193 };
const SPACE = 0x20;
const SMALL_S = 0x73;

/**
 * The rows of a model's words, found in a text without cutting it into words: that takes three times as long. Plurals are looked
 * up like words once they were met.
 */
export class WordRows {
  /** At a form's hash, or at the next free place, its number + 1 and its hash; 0 where there is none. */
  private readonly places: Int32Array;
  /** The number of places, a power of two of which at most half are taken, less one. */
  private readonly mask: number;
  /** The forms, one behind the other; where each begins, and the row of its word, -1 where that is not known. */
  private readonly units: Uint16Array;
  private readonly starts: Int32Array;
  private readonly rows: Int32Array;
  private size = 0;

  constructor(words: readonly string[]) {
    // As many plurals as words, and no fewer than a few.
    const most = 2 * words.length + 100;
    this.mask = 2 ** Math.ceil(Math.log2(2 * most)) - 1;
    this.places = new Int32Array(2 * (this.mask + 1));
    this.units = new Uint16Array(2 * words.reduce((sum, { length }) => sum + length, 0) + 100 * MAX_LENGTH);
    this.starts = new Int32Array(most + 1);
    this.rows = new Int32Array(most);
    for (const [row, word] of words.entries()) this.add(word, row, hashOf(word));
  }

  /** -1 for a word that is not known. */
  rowOf(word: string): number {
    const number = this.find(word, 0, word.length, hashOf(word));
    return number < 0 ? -1 : this.rows[number]!;
  }

  /** Calls back with the row of each word of a text, as `readLetters` gives it, in their order: -1 for one that is not known. */
  forEachIn(text: { letters: string; isAscii: boolean }, note: (row: number) => void): void {
    const { letters, isAscii } = text;
    if (!isAscii) {
      for (const word of wordsIn(text)) note(this.rowOf(word));
      return;
    }
    let start = 0;
    let hash = FNV.basis;
    for (let i = 0; i <= letters.length; i++) {
      const code = i < letters.length ? letters.charCodeAt(i) : SPACE;
      if (isOfWord(code)) {
        hash = Math.imul(hash ^ code, FNV.prime);
        continue;
      }
      if (i > start) note(this.rowIn(letters, start, i, hash));
      start = i + 1;
      hash = FNV.basis;
    }
  }

  private rowIn(text: string, start: number, end: number, hash: number): number {
    const number = this.find(text, start, end, hash);
    if (number >= 0) return this.rows[number]!;
    if (text.charCodeAt(end - 1) !== SMALL_S || end - start > MAX_LENGTH) return -1;
    const form = text.slice(start, end);
    const row = this.rowOf(withoutPlural(form));
    this.add(form, row, hash);
    return row;
  }

  /** Does nothing when there is no room. */
  private add(form: string, row: number, hash: number): void {
    const start = this.starts[this.size]!;
    if (this.size === this.rows.length || start + form.length > this.units.length) return;
    for (let i = 0; i < form.length; i++) this.units[start + i] = form.charCodeAt(i);
    this.rows[this.size++] = row;
    this.starts[this.size] = start + form.length;
    let place = hash & this.mask;
    while (this.places[2 * place] !== 0) place = (place + 1) & this.mask;
    this.places[2 * place] = this.size;
    this.places[2 * place + 1] = hash;
  }

  /** The number of a form; -1 where there is none. */
  private find(text: string, start: number, end: number, hash: number): number {
    const { places, mask } = this;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const number = places[2 * place]! - 1;
      if (number < 0) return -1;
      if (places[2 * place + 1] === hash && this.isAt(text, start, end, number)) return number;
    }
  }

  private isAt(text: string, start: number, end: number, number: number): boolean {
    const from = this.starts[number]!;
    if (this.starts[number + 1]! - from !== end - start) return false;
    for (let i = start; i < end; i++) if (this.units[from + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }
}

/** Whether a code unit is a small ASCII letter or a digit. */
function isOfWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

function hashOf(word: string): number {
  let hash = FNV.basis;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), FNV.prime);
  return hash;
}
