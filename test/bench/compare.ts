import { isDeepStrictEqual } from "node:util";
import type { Case, Known } from "./cases";
import type { Contender } from "./contenders";
import { answer, measure, median, persist, type Round } from "./load";

export interface Size {
  rounds: number;
  /** Seconds of a round. */
  seconds: number;
}

/** How one contender did: `ratio` to the first one by requests a second, latencies in milliseconds. */
export interface Measured {
  ratio: number;
  p50: number;
  p99: number;
}

const CHECKED = 20;
const WARM_UP_SECONDS = 2;

/** Checks that all give the same answers, and measures them in turn. */
export async function compare(
  asked: Case,
  known: Known,
  contenders: readonly Contender[],
  size: Size,
): Promise<Record<string, Measured>> {
  if (asked.isPersisted) for (const { url } of contenders) await persist(url, asked);
  for (let n = 0; n < CHECKED; n++) await checkAnswers(asked, known, contenders, n);
  return measureInTurn(
    contenders.map(({ name, url }) => ({ name, url, asked })),
    known,
    size,
  );
}

/** What a server is asked, under the name by which its figures are known. */
export interface Entrant {
  name: string;
  url: string;
  asked: Case;
}

/** Warms up, measures in turn, and gives medians by name; ratios are to the first. */
export async function measureInTurn(
  entrants: readonly Entrant[],
  known: Known,
  { rounds, seconds }: Size,
): Promise<Record<string, Measured>> {
  const found = new Map<Entrant, Round[]>(entrants.map((each) => [each, []]));
  for (const { url, asked } of entrants) await measure(url, asked, known, WARM_UP_SECONDS);
  for (let i = 0; i < rounds; i++) {
    for (const each of entrants) found.get(each)!.push(await measure(each.url, each.asked, known, seconds));
  }
  const of = (each: Entrant, key: keyof Round) => median(found.get(each)!.map((round) => round[key]));
  const measured = entrants.map((each): [string, Measured] => [
    each.name,
    { ratio: of(each, "perSecond") / of(entrants[0]!, "perSecond"), p50: of(each, "p50"), p99: of(each, "p99") },
  ]);
  return Object.fromEntries(measured);
}

async function checkAnswers(asked: Case, known: Known, contenders: readonly Contender[], n: number): Promise<void> {
  let first: unknown;
  for (const { name, url } of contenders) {
    const given: unknown = JSON.parse(await answer(url, asked, known, n));
    first ??= given;
    if (isDeepStrictEqual(first, given) || (asked.isApproximate && areAlmostEqual(first, given))) continue;
    console.error(JSON.stringify(first).slice(0, 500), JSON.stringify(given).slice(0, 500));
    throw new Error(`${name} answers ${asked.name} otherwise than ${contenders[0]!.name}`);
  }
}

function areAlmostEqual(first: unknown, given: unknown): boolean {
  const [wanted, found] = [idsIn(first), idsIn(given)];
  return wanted.size === found.size && [...wanted].filter((each) => found.has(each)).length >= 0.9 * wanted.size;
}

function idsIn(given: unknown): Set<string> {
  return new Set([...JSON.stringify(given).matchAll(/"id":"([^"]+)"/g)].map(([, each]) => each!));
}
