import { weightOf } from "../model";
import { type Bag, countIn, idIn } from "./corpus";
import { rarityOf } from "./rarity";

/** Texts that are found by their words: by the cosine of their tf-idf vectors, over all words, learned or not. */
export class KeywordIndex {
  private readonly rarities: Float64Array;
  private readonly postings = new Map<number, { texts: number[]; weights: number[] }>();

  /** `frequencies` and `papers` are those that the rarity of words is told by. */
  constructor(
    private readonly texts: readonly Bag[],
    frequencies: Uint32Array,
    papers: number,
  ) {
    this.rarities = Float64Array.from(frequencies, (frequency) => rarityOf(frequency, papers));
    for (const [i, text] of texts.entries()) {
      const length = Math.hypot(...this.weightsOf(text));
      for (const [j, weight] of this.weightsOf(text).entries()) this.add(idIn(text[j]!), i, weight / length);
    }
  }

  /** How well each text answers the query; 0 where they have no word in common. */
  scores(query: Bag): Float64Array {
    const scores = new Float64Array(this.texts.length);
    for (const [j, weight] of this.weightsOf(query).entries()) {
      const { texts, weights } = this.postings.get(idIn(query[j]!)) ?? { texts: [], weights: [] };
      for (let k = 0; k < texts.length; k++) scores[texts[k]!]! += weight * weights[k]!;
    }
    return scores;
  }

  private add(id: number, text: number, weight: number): void {
    const posting = this.postings.get(id) ?? { texts: [], weights: [] };
    posting.texts.push(text);
    posting.weights.push(weight);
    this.postings.set(id, posting);
  }

  private weightsOf(bag: Bag): number[] {
    return Array.from(bag, (entry) => weightOf(countIn(entry)) * this.rarities[idIn(entry)]!);
  }
}
