import { TZDate } from "@date-fns/tz";
import { UTCDate } from "@date-fns/utc";
import { addDays } from "date-fns/addDays";
import { millisecondsInDay, millisecondsInHour } from "date-fns/constants";
import { format } from "date-fns/format";
import { isWeekend } from "date-fns/isWeekend";

/** A paper on a day's list, from one instant (in ms) until another. */
export interface Listing {
  day: string;
  from: number;
  until: number;
}

export interface Version {
  at: number;
  isWithdrawn?: boolean;
}

export interface WorldPaper {
  arxivId: string;
  title: string;
  abstract: string;
  authors: string[];
  /** In order of time; of a paper that moved, several. */
  listings: Listing[];
  /** What its counts grow to, in `GROWING_MS` from its first listing. */
  most: { upvotes: number; comments: number; stars: number };
  /** The rest of what Hugging Face says of it, as recorded. */
  recorded: { paper?: object; item?: object };
  /** Unknown: the batch comes without it. Malformed: the whole batch is refused for it. */
  arxiv: "known" | "unknown" | "malformed";
  categories: string[];
  /** By name, all that are known; `comment` is that of versions that are not withdrawn. */
  extra: { comment?: string; doi?: string; journal_ref?: string };
  versions: Version[];
}

/** All that the sources will ever say, and when. */
export interface World {
  papers: WorldPaper[];
  /** First day, and the day after the last. */
  from: string;
  to: string;
  /** From then on (in ms) nothing changes any more. */
  stillFrom: number;
}

const GROWING_MS = 12 * millisecondsInDay;
const HALF_LIFE_MS = 30 * millisecondsInHour;

export const plusDays = (day: string, count: number) =>
  format(addDays(new UTCDate(`${day}T00:00:00Z`), count), "yyyy-MM-dd");
/** Nothing is listed on Saturdays and Sundays. */
export const isWeekday = (day: string) => !isWeekend(new UTCDate(`${day}T00:00:00Z`));

const byId = new WeakMap<World, Map<string, WorldPaper>>();

export function findPaper(world: World, arxivId: string): WorldPaper | undefined {
  if (!byId.has(world)) byId.set(world, new Map(world.papers.map((paper) => [paper.arxivId, paper])));
  return byId.get(world)!.get(arxivId);
}

/** When (in ms) a day's list opens, which is when the one before closes: at 21:30 in New York on the day before. */
export function opensAt(day: string): number {
  const [year, month, date] = plusDays(day, -1).split("-").map(Number);
  return new TZDate(year!, month! - 1, date!, 21, 30, "America/New_York").getTime();
}

/** A day's list as it stands, the papers with most upvotes first; undefined before it opens. */
export function listAt(world: World, day: string, at: number): { paper: WorldPaper; listing: Listing }[] | undefined {
  if (at < opensAt(day)) return undefined;
  const listed = world.papers.flatMap((paper) =>
    paper.listings
      .filter((each) => each.day === day && each.from <= at && at < each.until)
      .map((listing) => ({ paper, listing, upvotes: countsAt(world, paper, at).upvotes })),
  );
  return listed.sort((a, b) => b.upvotes - a.upvotes || a.paper.arxivId.localeCompare(b.paper.arxivId));
}

/** Counts only rise, fast at first, and by the end of their growth they have their most. */
export function countsAt(world: World, paper: WorldPaper, at: number): WorldPaper["most"] {
  const age = Math.min(at, world.stillFrom) - paper.listings[0]!.from;
  const part = age >= GROWING_MS ? 1 : 1 - 2 ** (-Math.max(age, 0) / HALF_LIFE_MS);
  const { upvotes, comments, stars } = paper.most;
  const grown = (most: number) => Math.floor(most * part);
  return { upvotes: grown(upvotes), comments: grown(comments), stars: grown(stars) };
}

export function versionsAt({ versions }: WorldPaper, at: number): Version[] {
  return versions.filter((version) => version.at <= at);
}

/** What arXiv says of a version: a new one has another title, a withdrawn one another comment. */
export function describeVersion(paper: WorldPaper, count: number): { title: string; comment?: string } {
  const { isWithdrawn } = paper.versions[count - 1]!;
  return {
    title: count === 1 || isWithdrawn ? paper.title : `${paper.title} (revised, ${count})`,
    comment: isWithdrawn
      ? "This paper has been withdrawn by the authors due to an error in the proof of Lemma 2"
      : paper.extra.comment,
  };
}
