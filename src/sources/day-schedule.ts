import { TZDate } from "@date-fns/tz";
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from "date-fns/constants";
import { format } from "date-fns/format";

/** A day of Hugging Face's Daily Papers lasts from this time of the day before, in New York, to the same time of its own. */
const ZONE = "America/New_York";
const [HOUR, MINUTE] = [21, 30];

/** For how long after its close a day is read again: for late papers, votes and comments. */
const READ_AGAIN_MS = 14 * millisecondsInDay;

/** When a day's list opens. */
export function opensAt(day: string): Date {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(new TZDate(year!, month! - 1, date! - 1, HOUR, MINUTE, ZONE).getTime());
}

/** When a day's list closes: when the next one opens. */
export function closesAt(day: string): Date {
  return opensAt(dayAfter(day, 1));
}

/** The day whose list is open. */
export function openDay(now: Date): string {
  const day = format(new TZDate(now.getTime(), ZONE), "yyyy-MM-dd");
  return now < closesAt(day) ? day : dayAfter(day, 1);
}

/** The day so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * millisecondsInDay).toISOString().slice(0, 10);
}

/**
 * When a day that has been read is to be read again. While it is open: every ten minutes, every hour from twelve hours after its
 * opening on, and when it closes. Then: an hour and six hours after the close, and each day of two weeks. Null: never again.
 */
export function nextReading(day: string, readAt: Date): Date | null {
  const closes = closesAt(day).getTime();
  const time = readAt.getTime();
  if (time < closes) {
    const isNew = time < opensAt(day).getTime() + 12 * millisecondsInHour;
    return new Date(Math.min(time + (isNew ? 10 * millisecondsInMinute : millisecondsInHour), closes));
  }
  const age = time - closes;
  const wholeDays = Math.floor(age / millisecondsInDay + 1) * millisecondsInDay;
  const next = [millisecondsInHour, 6 * millisecondsInHour, wholeDays].find((distance) => distance > age)!;
  return next > READ_AGAIN_MS ? null : new Date(closes + next);
}
