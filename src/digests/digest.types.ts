import { registerEnumType } from "type-graphql";

export enum DigestFrequency {
  DAILY = "DAILY",
  WEEKDAYS = "WEEKDAYS",
  WEEKLY = "WEEKLY",
  MONTHLY = "MONTHLY",
}

registerEnumType(DigestFrequency, {
  name: "DigestFrequency",
  description:
    "How often a digest comes. Each holds papers of all final feeds that the reader was not sent yet, of those that closed since the confirmation, or the newest final one; a feed is final a day after its period's end.",
  valuesConfig: {
    DAILY: { description: "Every day: feeds of days, at most 7." },
    WEEKDAYS: {
      description: "Monday to Friday: feeds of days, at most 7; on Mondays what closed on the weekend is among them.",
    },
    WEEKLY: {
      description: "Once a week, on `weekday`: feeds of ISO weeks, at most 2. A week closes on Tuesday at 00:00 UTC.",
    },
    MONTHLY: { description: "On the third day of a month: feeds of months, at most 2." },
  },
});

export enum DigestStatus {
  PENDING = "PENDING",
  ACTIVE = "ACTIVE",
  PAUSED = "PAUSED",
  UNSUBSCRIBED = "UNSUBSCRIBED",
  SUPPRESSED = "SUPPRESSED",
}

registerEnumType(DigestStatus, {
  name: "DigestStatus",
  description: "Where a subscription stands. Digests are sent to ACTIVE ones only.",
  valuesConfig: {
    PENDING: { description: "Asked for, not confirmed yet; deleted after 7 days." },
    ACTIVE: { description: "Confirmed: digests are sent." },
    PAUSED: { description: "Nothing is sent until `pausedUntil`." },
    UNSUBSCRIBED: {
      description: "Ended by the reader, who may undo it for a day; then only a new confirmation makes it ACTIVE.",
    },
    SUPPRESSED: { description: "The address does not take mail, or complained: nothing is sent." },
  },
});

export enum Weekday {
  MONDAY = "MONDAY",
  TUESDAY = "TUESDAY",
  WEDNESDAY = "WEDNESDAY",
  THURSDAY = "THURSDAY",
  FRIDAY = "FRIDAY",
  SATURDAY = "SATURDAY",
  SUNDAY = "SUNDAY",
}

registerEnumType(Weekday, {
  name: "Weekday",
  description: "Day of the week on which a WEEKLY digest is sent, in the subscription's time zone.",
  valuesConfig: Object.fromEntries(
    Object.values(Weekday).map((day, i) => [day, { description: `ISO 8601 weekday ${i + 1}.` }]),
  ),
});
