import { UTCDate } from "@date-fns/utc";
import { format } from "date-fns/format";
import { FeedPeriod, spanOfKey } from "../../feeds/period";
import { listInWords } from "../../feeds/period-in-words";
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
