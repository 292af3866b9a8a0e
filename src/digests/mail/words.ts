import { UTCDate } from "@date-fns/utc";
import { format } from "date-fns/format";
import { FeedPeriod, spanOfKey } from "../../feeds/period";
import { DigestFrequency } from "../digest.types";
import type { DigestPaper } from "./mail.types";

/** What a mail calls the subscription. */
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

/** "A, B, C and 4 more", or "14 authors" where nobody named them; empty when there are none. */
export function authorsInWords({ authors, authorCount }: Pick<DigestPaper, "authors" | "authorCount">): string {
  const names = authors.slice(0, NAMES);
  const others = Math.max(authorCount, authors.length) - names.length;
  if (names.length === 0) return others > 0 ? countOf(others, "author") : "";
  const parts = others > 0 ? [...names, `${others.toLocaleString("en")} more`] : names;
  const last = parts.at(-1);
  return parts.length === 1 ? `${last}` : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** "Wednesday, 7 October 2026", "Week 41, 5–11 October 2026" or "October 2026". */
export function periodInWords(feedKey: string): string {
  const span = spanOfKey(feedKey);
  if (!span) return feedKey;
  const [start, end] = [new UTCDate(span.startDate), new UTCDate(span.endDate)];
  if (span.period === FeedPeriod.DAY) return format(start, "EEEE, d MMMM yyyy");
  if (span.period === FeedPeriod.MONTH) return format(start, "MMMM yyyy");
  return `${format(start, "'Week' I")}, ${daysInWords(start, end)}`;
}

/** Says the month and the year once where both days share them. */
function daysInWords(start: Date, end: Date): string {
  const until = format(end, "d MMMM yyyy");
  if (format(start, "yyyy-MM") === format(end, "yyyy-MM")) return `${format(start, "d")}–${until}`;
  const isSameYear = format(start, "yyyy") === format(end, "yyyy");
  return `${format(start, isSameYear ? "d MMMM" : "d MMMM yyyy")} – ${until}`;
}
