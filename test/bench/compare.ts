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

/** Checks that all give the same answers, warms up, measures in turn, and gives medians by contender. */
export async function compare(
  asked: Case,
  known: Known,
  contenders: readonly Contender[],
  { rounds, seconds }: Size,
): Promise<Record<string, Measured>> {
  if (asked.isPersisted) for (const { url } of contenders) await persist(url, asked);
  for (let n = 0; n < CHECKED; n++) await checkAnswers(asked, known, contenders, n);
  const found = new Map<Contender, Round[]>(contenders.map((each) => [each, []]));
  for (const { url } of contenders) await measure(url, asked, known, WARM_UP_SECONDS);
  for (let i = 0; i < rounds; i++) {
    for (const each of contenders) found.get(each)!.push(await measure(each.url, asked, known, seconds));
  }
  const of = (each: Contender, key: keyof Round) => median(found.get(each)!.map((round) => round[key]));
  const measured = contenders.map((each): [string, Measured] => [
    each.name,
    { ratio: of(each, "perSecond") / of(contenders[0]!, "perSecond"), p50: of(each, "p50"), p99: of(each, "p99") },
  ]);
  return Object.fromEntries(measured);
}

async function checkAnswers(asked: Case, known: Known, contenders: readonly Contender[], n: number): Promise<void> {
  let first: unknown;
  for (const { name, url } of contenders) {
    const given = await answer(url, asked, known, n);
    first ??= given;
    if (isDeepStrictEqual(first, given)) continue;
    console.error(JSON.stringify(first).slice(0, 500), JSON.stringify(given).slice(0, 500));
    throw new Error(`${name} answers ${asked.name} otherwise than ${contenders[0]!.name}`);
  }
}
