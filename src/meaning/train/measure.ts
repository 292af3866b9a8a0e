import type { Meaning, MeaningModel } from "../model";
import { type Bag, type BagPaper, countIn, idIn, union } from "./corpus";
import { KeywordIndex } from "./keyword-index";
import { fuse, highest } from "./ranks";

/** As many as each arm of a search hands on. */
const CANDIDATES = 200;
const NEIGHBOURS = 10;

/** How well titles find their own abstracts among those of all papers; null where it is not a thing to ask. */
export interface Measure {
  /** The mean of the reciprocal ranks, 0 to 1; an abstract that is not among the first 200 counts 0. */
  meanReciprocalRank: number;
  /** Which part of the titles finds its abstract in the first ten. */
  inFirstTen: number;
  /** Which part of a paper's ten neighbours, by title and abstract, has its primary category. */
  sameCategory: number | null;
}

export interface Measures {
  keywords: Measure;
  vectors: Measure;
  fused: Measure;
}

type Scorer<Text> = (text: Text) => Float64Array;

/** Measures a model, in the form in which it is shipped, on papers that it has not seen; by tf-idf alone, by vectors alone, by both. */
export function measure(
  model: MeaningModel,
  papers: readonly BagPaper[],
  words: readonly string[],
  { frequencies, count }: { frequencies: Uint32Array; count: number },
): Measures {
  const embed = (bag: Bag) => model.embedWords(unpack(bag, words));
  const keywordIndex = new KeywordIndex(
    papers.map(({ abstract }) => abstract),
    frequencies,
    count,
  );
  const abstracts = likenessTo(
    papers.map(({ abstract }) => embed(abstract)),
    model.dimensions,
  );
  const orders = papers.map(({ title }) => {
    const keywords = highest(keywordIndex.scores(title), CANDIDATES);
    const vectors = highest(abstracts(embed(title)), CANDIDATES);
    return { keywords, vectors, fused: fuse(keywords, vectors) };
  });
  const known = papers.filter(({ category }) => category !== undefined);
  const categories = known.map(({ category }) => category!);
  const whole = known.map(({ title, abstract }) => union(title, abstract));
  const wholeIndex = new KeywordIndex(whole, frequencies, count);
  const meanings = whole.map(embed);
  return {
    keywords: {
      ...finding(orders.map(({ keywords }) => keywords)),
      sameCategory: sameCategory(whole, (text) => wholeIndex.scores(text), categories),
    },
    vectors: {
      ...finding(orders.map(({ vectors }) => vectors)),
      sameCategory: sameCategory(meanings, likenessTo(meanings, model.dimensions), categories),
    },
    fused: { ...finding(orders.map(({ fused }) => fused)), sameCategory: null },
  };
}

function* unpack(bag: Bag, words: readonly string[]): Generator<string> {
  for (const entry of bag) for (let i = countIn(entry); i > 0; i--) yield words[idIn(entry)]!;
}

/** The cosines of a meaning with each of these. */
function likenessTo(meanings: readonly (Meaning | null)[], dimensions: number): Scorer<Meaning | null> {
  const values = new Int8Array(meanings.length * dimensions);
  for (const [i, meaning] of meanings.entries()) if (meaning) values.set(meaning.values, i * dimensions);
  return (asked) => {
    const scores = new Float64Array(meanings.length);
    if (asked === null) return scores;
    for (let i = 0; i < scores.length; i++) {
      const from = i * dimensions;
      let product = 0;
      for (let k = 0; k < dimensions; k++) product += asked.values[k]! * values[from + k]!;
      scores[i] = product * asked.scale * (meanings[i]?.scale ?? 0);
    }
    return scores;
  };
}

function finding(orders: readonly number[][]): Pick<Measure, "meanReciprocalRank" | "inFirstTen"> {
  const ranks = orders.map((order, own) => order.indexOf(own) + 1);
  const found = ranks.filter((rank) => rank > 0);
  return {
    meanReciprocalRank: found.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length,
    inFirstTen: found.filter((rank) => rank <= 10).length / ranks.length,
  };
}

function sameCategory<Text>(
  texts: readonly Text[],
  scores: Scorer<Text>,
  categories: readonly string[],
): number | null {
  let same = 0;
  let all = 0;
  for (const [i, text] of texts.entries()) {
    const others = highest(scores(text), NEIGHBOURS + 1).filter((each) => each !== i);
    const near = others.slice(0, NEIGHBOURS);
    all += near.length;
    same += near.filter((each) => categories[each] === categories[i]).length;
  }
  return all === 0 ? null : same / all;
}
