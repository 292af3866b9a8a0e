import { SearchArm } from "./search-mode";

/** The most papers that each arm of a search contributes. */
export const MAX_OF_ARM = 200;
/** How much the first ranks of an arm stand out (Cormack, Clarke and Büttcher 2009). */
const K = 60;
const MAX_ID = 2 ** 31 - 1;

/** The ids of the papers that each arm found, best first. */
export interface Arms {
  keyword: number[];
  meaning: number[];
}

export interface Fused {
  paperId: number;
  /** The sum of its reciprocal ranks. */
  score: number;
  foundBy: SearchArm[];
}

/** All papers of the arms, those with the highest sum of reciprocal ranks first, then the latest id. Nothing else decides. */
export function fuse({ keyword, meaning }: Arms): Fused[] {
  const fused = new Map<number, Fused>();
  const add = (arm: SearchArm) => (paperId: number, i: number) => {
    const known = fused.get(paperId) ?? { paperId, score: 0, foundBy: [] };
    known.score += 1 / (K + i + 1);
    known.foundBy.push(arm);
    fused.set(paperId, known);
  };
  keyword.forEach(add(SearchArm.KEYWORD));
  meaning.forEach(add(SearchArm.MEANING));
  return [...fused.values()].sort((a, b) => b.score - a.score || b.paperId - a.paperId);
}

/** The arms as text, for cursors: about three bytes a paper. */
export function writeArms({ keyword, meaning }: Arms): string {
  const bytes: number[] = [];
  for (const number of [keyword.length, ...keyword, ...meaning]) {
    let rest = number;
    for (; rest > 0x7f; rest >>>= 7) bytes.push(0x80 | (rest & 0x7f));
    bytes.push(rest);
  }
  return Buffer.from(bytes).toString("base64url");
}

/** The arms of such a text; null for any other. */
export function readArms(text: string): Arms | null {
  const numbers: number[] = [];
  let [number, shift] = [0, 0];
  for (const byte of Buffer.from(text, "base64url")) {
    number += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (number > MAX_ID) return null;
    if (byte & 0x80) continue;
    numbers.push(number);
    [number, shift] = [0, 0];
  }
  const [length, ...ids] = numbers;
  if (length === undefined || length > ids.length) return null;
  const arms = { keyword: ids.slice(0, length), meaning: ids.slice(length) };
  const isArm = (arm: number[]) => arm.length <= MAX_OF_ARM && new Set(arm).size === arm.length;
  return isArm(arms.keyword) && isArm(arms.meaning) && writeArms(arms) === text ? arms : null;
}
