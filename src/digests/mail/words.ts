import { UTCDate } from "@date-fns/utc";
import { addDays } from "date-fns/addDays";
import { format } from "date-fns/format";
import { FeedPeriod, type Span, spanOfKey } from "../../feeds/period";
import { DigestFrequency } from "../digest.types";
import type { DigestPaper } from "./mail.types";

/** The name of the subscription in mails. */
export const digestNames: Record<DigestFrequency, string> = {
  [DigestFrequency.DAILY]: "daily digest",
  [DigestFrequency.WEEKDAYS]: "weekday digest",
  [DigestFrequency.WEEKLY]: "weekly digest",
  [DigestFrequency.MONTHLY]: "monthly digest",
};

export function countOf(number: number, thing: string): string {
  return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
}

const NAMES = 3;

/** "A, B, C and 4 more", or "14 authors" if their names are unknown; empty when there are none. */
export function authorsInWords({ authors, authorCount }: Pick<DigestPaper, "authors" | "authorCount">): string {
  const names = authors.slice(0, NAMES);
  const others = Math.max(authorCount, authors.length) - names.length;
  if (names.length === 0) return others > 0 ? countOf(others, "author") : "";
  const parts = others > 0 ? [...names, `${others.toLocaleString("en")} more`] : names;
  return listInWords(parts);
}

function listInWords(parts: string[]): string {
  const last = parts.at(-1);
  return parts.length === 1 ? `${last}` : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/**
 * The periods of a digest's feeds, oldest first: "Wednesday, 7 October 2026", "8–9 October 2026", "Week 41, 5–11 October
 * 2026", "October 2026". Days in between that are not in the digest are not named.
 */
export function periodInWords(feedKeys: string[]): string {
  const spans = feedKeys.flatMap((key) => spanOfKey(key) ?? []);
  const [first] = spans;
  if (!first || spans.length < feedKeys.length) return feedKeys.join(", ");
  const { period, startDate } = first;
  if (period === FeedPeriod.MONTH)
    return listInWords(spans.map((span) => format(new UTCDate(span.startDate), "MMMM yyyy")));
  if (period === FeedPeriod.DAY && spans.length === 1) return format(new UTCDate(startDate), "EEEE, d MMMM yyyy");
  const days = listInWords(runsOf(spans).map(([start, end]) => daysInWords(new UTCDate(start), new UTCDate(end))));
  if (period === FeedPeriod.DAY) return days;
  const weeks = listInWords(spans.map((span) => format(new UTCDate(span.startDate), "I")));
  return `Week${spans.length > 1 ? "s" : ""} ${weeks}, ${days}`;
}

/** The first and last days of runs of adjacent spans. */
function runsOf(spans: Span[]): [start: string, end: string][] {
  const runs: [string, string][] = [];
  for (const { startDate, endDate } of spans) {
    const last = runs.at(-1);
    if (last && addDays(new UTCDate(last[1]), 1).getTime() === new UTCDate(startDate).getTime()) last[1] = endDate;
    else runs.push([startDate, endDate]);
  }
  return runs;
}

/** The feed of a paper's rank, in a digest of several feeds: "on Thursday, 8 October", "in week 41" or "in October". */
export function feedInWords(feedKey: string): string {
  const span = spanOfKey(feedKey);
  if (!span) return feedKey;
  return format(new UTCDate(span.startDate), FEED_FORMATS[span.period]);
}

const FEED_FORMATS = {
  [FeedPeriod.DAY]: "'on' EEEE, d MMMM",
  [FeedPeriod.WEEK]: "'in week' I",
  [FeedPeriod.MONTH]: "'in' MMMM",
};

/** The unit of a feed's period: "day", "week" or "month". */
export function unitOf(feedKey: string): string {
  return (spanOfKey(feedKey)?.period ?? "feed").toLowerCase();
}

/** Names month and year once if both days share them. */
function daysInWords(start: Date, end: Date): string {
  const until = format(end, "d MMMM yyyy");
  if (start.getTime() === end.getTime()) return until;
  if (format(start, "yyyy-MM") === format(end, "yyyy-MM")) return `${format(start, "d")}–${until}`;
  const isSameYear = format(start, "yyyy") === format(end, "yyyy");
  return `${format(start, isSameYear ? "d MMMM" : "d MMMM yyyy")} – ${until}`;
}
