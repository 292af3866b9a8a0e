import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from "date-fns/constants";
import { createRandom, type Random } from "../../fuzz/random";
import type { PaperBody } from "./paper-bodies";
import { isWeekday, opensAt, plusDays, type Version, type World, type WorldPaper } from "./world";

export interface WorldOptions {
  seed: number;
  /** The first day. */
  from: string;
  days: number;
  /** Papers of an ordinary day, at most. */
  perDay: number;
  /** Papers of the second weekday; two pages of them without a number. */
  busiest?: number;
  /** For how many hours after the last day's close something may change; the late papers come within eight. */
  settling?: number;
  bodies: Iterator<PaperBody>;
}

const TWO_PAGES = 120;
const CATEGORIES = ["cs.CL", "cs.CV", "cs.LG", "cs.AI", "stat.ML", "eess.AS"];

/**
 * A world in which everything happens that happens to papers, by turns, so that a week has some of each: late papers, ones that
 * move to another day, unknown and malformed ids, new versions, withdrawals, and weekends without papers.
 */
export function makeWorld({
  seed,
  from,
  days,
  perDay,
  busiest = TWO_PAGES,
  settling = 36,
  bodies,
}: WorldOptions): World {
  const random = createRandom(seed);
  const to = plusDays(from, days);
  const stillFrom = opensAt(to) + settling * millisecondsInHour;
  const weekdays = Array.from({ length: days }, (_, i) => plusDays(from, i)).filter(isWeekday);
  const papers: WorldPaper[] = [];
  for (const [i, day] of weekdays.entries()) {
    const count = i === 1 ? busiest : random.int(Math.ceil(perDay / 2), perDay);
    for (let n = 0; n < count; n++) papers.push(makePaper(random, day, papers.length, bodies.next().value));
  }
  for (const paper of papers) {
    paper.versions = paper.versions.filter(({ at }) => at <= stillFrom);
    const target = paper.listings[1]?.day;
    if (target !== undefined && !weekdays.includes(target)) paper.listings = [{ ...paper.listings[0]!, until: NEVER }];
  }
  return { papers, from, to, stillFrom };
}

const NEVER = Number.POSITIVE_INFINITY;

function makePaper(random: Random, day: string, serial: number, body: PaperBody): WorldPaper {
  const isTurn = (every: number, at: number) => serial % every === at;
  const [opens, closes] = [opensAt(day), opensAt(plusDays(day, 1))];
  const isLate = isTurn(20, 13);
  const first = isLate
    ? closes + random.int(60, 8 * 60) * millisecondsInMinute
    : opens + random.int(1, 22 * 60) * millisecondsInMinute;
  const { upvotes, comments, stars, ...rest } = body;
  return {
    ...rest,
    listings: listingsOf(random, day, first, serial),
    most: { upvotes, comments, stars },
    arxiv: isTurn(30, 9) ? "unknown" : isTurn(90, 19) ? "malformed" : "known",
    categories: [random.pick(CATEGORIES.slice(0, 3)), ...(isTurn(3, 0) ? CATEGORIES.slice(3, random.int(4, 6)) : [])],
    extra: {
      comment: isTurn(2, 0) ? `${random.int(8, 40)} pages, ${random.int(1, 9)} figures` : undefined,
      doi: isTurn(7, 0) ? `10.1000/papers.${serial}` : undefined,
      journal_ref: isTurn(7, 0) ? `Journal of Papers ${random.int(1, 40)} (2025) ${serial}` : undefined,
    },
    versions: versionsOf(random, first, serial),
  };
}

/** Most papers stay on their day. Some move while it is open or has just closed, some when its feed is final. */
function listingsOf(random: Random, day: string, from: number, serial: number): WorldPaper["listings"] {
  const [isEarly, isFinal] = [serial % 20 === 5, serial % 40 === 15];
  if (!isEarly && !isFinal) return [{ day, from, until: NEVER }];
  const closes = opensAt(plusDays(day, 1));
  const early = Math.max(closes + random.int(-6 * 60, 4 * 60) * millisecondsInMinute, from + millisecondsInHour);
  const until = isEarly ? early : from + 5 * millisecondsInDay;
  let target = plusDays(day, isEarly ? 1 : 5);
  while (!isWeekday(target)) target = plusDays(target, 1);
  // Until the other day opens it is on no list.
  return [
    { day, from, until },
    { day: target, from: Math.max(until, opensAt(target)), until: NEVER },
  ];
}

/** arXiv had the first version before Hugging Face listed it. */
function versionsOf(random: Random, from: number, serial: number): Version[] {
  const after = (hours: number) => from + hours * millisecondsInHour + random.int(0, 59) * millisecondsInMinute;
  const versions: Version[] = [{ at: after(-random.int(30, 200)) }];
  if (serial % 10 === 3) versions.push({ at: after(20) });
  if (serial % 10 === 3 && serial % 20 === 3) versions.push({ at: after(100) });
  if (serial % 25 === 7) versions.push({ at: after(60), isWithdrawn: true });
  if (serial % 50 === 16) versions.push({ at: after(90), isWithdrawn: true });
  return versions;
}
