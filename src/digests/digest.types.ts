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
    "How often a digest comes. Each holds papers of a feed that is final, about a day after its period's end.",
  valuesConfig: {
    DAILY: { description: "Every day, the latest day's feed." },
    WEEKDAYS: { description: "Monday to Friday, the latest day's feed." },
    WEEKLY: { description: "Once a week, on `weekday`, the latest ISO week's feed." },
    MONTHLY: { description: "On the third day of a month, the latest month's feed." },
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
    UNSUBSCRIBED: { description: "Ended by the reader; only a new confirmation makes it ACTIVE." },
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
