import { tzOffset } from "@date-fns/tz";
import { millisecondsInDay } from "date-fns/constants";
import { DigestFrequency, Weekday } from "../digest.types";
import type { DigestSubscription } from "./subscription.entity";

const MINUTE_MS = 60_000;
/** Spreads the digests of one hour over several minutes. */
const JITTER_MINUTES = 10;
/** Feeds close at midnight UTC: a digest due this close to it would be planned sometimes before and sometimes after. */
const CLOSE_MS = MINUTE_MS;
/** A month closes one day after its end, in UTC: by the third it is final in every time zone. */
const DAY_OF_MONTHLY = 3;
const WEEKDAYS = Object.values(Weekday);

export type Schedule = Pick<DigestSubscription, "id" | "frequency" | "weekday" | "hour" | "timeZone">;

/**
 * The first time after `after` at which a digest is due: the subscription's local hour on one of its days, plus up to nine
 * minutes, always the same; at midnight UTC, when feeds close, up to eleven. An hour that the clocks skip moves forward with
 * them; one that they repeat is due once.
 */
export function nextSendAt(subscription: Schedule, after: Date): Date {
  const { timeZone, hour, id } = subscription;
  const local = after.getTime() + offset(timeZone, after.getTime());
  for (let day = Math.floor(local / millisecondsInDay) * millisecondsInDay; ; day += millisecondsInDay) {
    if (!isDue(subscription, new Date(day))) continue;
    const at = beyondClose(instantOf(timeZone, day + hour * 60 * MINUTE_MS) + (id % JITTER_MINUTES) * MINUTE_MS);
    if (at > after.getTime()) return new Date(at);
  }
}

function beyondClose(at: number): number {
  const isAtClose = (at + CLOSE_MS) % millisecondsInDay <= 2 * CLOSE_MS;
  return isAtClose ? at + JITTER_MINUTES * MINUTE_MS : at;
}

/**
 * The default day of a WEEKLY digest: the first on which the hour is after the week's close, which is Tuesday 00:00 UTC, in
 * summer as in winter.
 */
export function weekdayAfterClose(timeZone: string, hour: number): Weekday {
  const seasons = ["2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z"];
  const east = Math.max(...seasons.map((season) => offset(timeZone, Date.parse(season))));
  return hour * 60 * MINUTE_MS >= east ? Weekday.TUESDAY : Weekday.WEDNESDAY;
}

/** The instant at which a calendar day begins in a zone. */
export function startOfDay(timeZone: string, day: string): Date {
  return new Date(instantOf(timeZone, Date.parse(`${day}T00:00:00Z`)));
}

/** Whether a digest is sent on a local day, given as that day's midnight UTC. */
function isDue({ frequency, weekday }: Schedule, day: Date): boolean {
  const dayOfWeek = (day.getUTCDay() + 6) % 7;
  switch (frequency) {
    case DigestFrequency.DAILY:
      return true;
    case DigestFrequency.WEEKDAYS:
      return dayOfWeek < 5;
    case DigestFrequency.WEEKLY:
      return dayOfWeek === WEEKDAYS.indexOf(weekday);
    case DigestFrequency.MONTHLY:
      return day.getUTCDate() === DAY_OF_MONTHLY;
  }
}

/** The first instant at which clocks show a local time, given as if it were UTC. */
function instantOf(timeZone: string, local: number): number {
  // The clocks change by less than a day, so one of these two offsets holds, or (in the skipped hour) neither does.
  const before = local - offset(timeZone, local - millisecondsInDay);
  const after = local - offset(timeZone, local + millisecondsInDay);
  const shown = [before, after].filter((instant) => instant + offset(timeZone, instant) === local);
  return shown.length > 0 ? Math.min(...shown) : before;
}

function offset(timeZone: string, instant: number): number {
  const minutes = tzOffset(timeZone, new Date(instant));
  // A search for the next day would not end.
  if (Number.isNaN(minutes)) throw new RangeError(`${timeZone} is not a time zone.`);
  return minutes * MINUTE_MS;
}
