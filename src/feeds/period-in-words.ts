import { UTCDate } from "@date-fns/utc";
import { addDays } from "date-fns/addDays";
import { format } from "date-fns/format";
import { FeedPeriod, type Span, spanOfKey } from "./period";

/**
 * The periods of feeds of one kind, oldest first: "Wednesday, 7 October 2026", "8–9 October 2026", "Week 41, 5–11 October
 * 2026", "October 2026". Days in between that are not among them are not named.
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

/** "A", "A and B", or "A, B and C". */
export function listInWords(parts: string[]): string {
  const last = parts.at(-1);
  return parts.length === 1 ? `${last}` : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** Names month and year once if both days share them. */
function daysInWords(start: Date, end: Date): string {
  const until = format(end, "d MMMM yyyy");
  if (start.getTime() === end.getTime()) return until;
  if (format(start, "yyyy-MM") === format(end, "yyyy-MM")) return `${format(start, "d")}–${until}`;
  const isSameYear = format(start, "yyyy") === format(end, "yyyy");
  return `${format(start, isSameYear ? "d MMMM" : "d MMMM yyyy")} – ${until}`;
}
