import { UTCDate, utc } from "@date-fns/utc";
// Imported one by one: loading all of date-fns takes a tenth of the start.
import { addDays } from "date-fns/addDays";
import { endOfMonth } from "date-fns/endOfMonth";
import { format } from "date-fns/format";
import { parseISO } from "date-fns/parseISO";
import { startOfISOWeek } from "date-fns/startOfISOWeek";
import { startOfMonth } from "date-fns/startOfMonth";
import { LRUCache } from "lru-cache";
import { registerEnumType } from "type-graphql";
import { encodeNodeId } from "../nodes/node-id";

export enum FeedPeriod {
  DAY = "DAY",
  WEEK = "WEEK",
  MONTH = "MONTH",
}

registerEnumType(FeedPeriod, {
  name: "FeedPeriod",
  description: "The span of a feed, in UTC days.",
  valuesConfig: {
    DAY: { description: "One UTC day." },
    WEEK: { description: "An ISO week (ISO 8601): Monday to Sunday, numbered by the year that holds its Thursday." },
    MONTH: { description: "A calendar month." },
  },
});

/** A period in time; days are YYYY-MM-DD, both included. */
export interface Span {
  /** Global. */
  id: string;
  period: FeedPeriod;
  /** 2026-10-07, 2026-W41 or 2026-10. */
  key: string;
  startDate: string;
  endDate: string;
}

const rules = {
  [FeedPeriod.DAY]: { start: (day: Date) => day, end: (start: Date) => start, key: "yyyy-MM-dd" },
  [FeedPeriod.WEEK]: { start: startOfISOWeek, end: (start: Date) => addDays(start, 6), key: "RRRR-'W'II" },
  [FeedPeriod.MONTH]: { start: startOfMonth, end: endOfMonth, key: "yyyy-MM" },
};

const toDay = (date: Date) => format(date, "yyyy-MM-dd");

const MAX_KNOWN = 1000;
/** Formatting dates would be as dear as reading them. */
const known = new LRUCache<string, Span>({ max: MAX_KNOWN });

/** The period that contains a day. */
export function spanOf(period: FeedPeriod, day: string): Span {
  const asked = `${period} ${day}`;
  const span = known.get(asked) ?? makeSpan(period, day);
  known.set(asked, span);
  return span;
}

function makeSpan(period: FeedPeriod, day: string): Span {
  const rule = rules[period];
  const start = rule.start(new UTCDate(`${day}T00:00:00Z`));
  const key = format(start, rule.key);
  const [startDate, endDate] = [toDay(start), toDay(rule.end(start))];
  return Object.freeze({ id: encodeNodeId("Feed", key), period, key, startDate, endDate });
}

const keyForms = [
  { period: FeedPeriod.DAY, form: /^\d{4}-\d{2}-\d{2}$/ },
  { period: FeedPeriod.WEEK, form: /^\d{4}-W\d{2}$/ },
  { period: FeedPeriod.MONTH, form: /^\d{4}-\d{2}$/ },
];

/** The last day of a feed: the week after it would end beyond the year 9999. */
export const LAST_DAY = "9999-12-26";

/** The period of a key; null for an invalid key, or one after the last day. */
export function spanOfKey(key: string): Span | null {
  const period = keyForms.find(({ form }) => form.test(key))?.period;
  const start = parseISO(key, { in: utc });
  if (!period || Number.isNaN(start.getTime()) || start > parseISO(LAST_DAY, { in: utc })) return null;
  const span = spanOf(period, toDay(start));
  return span.key === key ? span : null;
}
