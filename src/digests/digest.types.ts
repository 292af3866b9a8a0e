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
    "How often a digest is sent. It holds papers of the final feeds that closed since the confirmation, and of the newest final feed even if older, as far as the reader was not sent them yet. A feed is final 24 hours after its period ends.",
  valuesConfig: {
    DAILY: { description: "Every day: up to 7 day feeds." },
    WEEKDAYS: {
      description: "Monday to Friday: up to 7 day feeds; on Mondays those that closed on the weekend are among them.",
    },
    WEEKLY: {
      description: "Once a week, on `weekday`: up to 2 feeds of ISO weeks. A week closes on Tuesday at 00:00 UTC.",
    },
    MONTHLY: { description: "On the third day of a month: up to 2 month feeds." },
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
  description: "The state of a subscription. Digests are sent to ACTIVE ones only.",
  valuesConfig: {
    PENDING: { description: "Requested, not confirmed yet; deleted after 7 days." },
    ACTIVE: { description: "Confirmed: digests are sent." },
    PAUSED: { description: "Nothing is sent until `pausedUntil`." },
    UNSUBSCRIBED: {
      description:
        "Ended by the reader, who can undo it for a day; after that only a new confirmation makes it ACTIVE.",
    },
    SUPPRESSED: { description: "The address rejects mail, or its reader reported spam: nothing is sent." },
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
