import { DigestFrequency, Weekday } from "../digest.types";

type Choices = readonly (readonly [value: string, text: string])[];

export const FREQUENCIES: Choices = [
  [DigestFrequency.DAILY, "Every day"],
  [DigestFrequency.WEEKDAYS, "Monday to Friday"],
  [DigestFrequency.WEEKLY, "Once a week"],
  [DigestFrequency.MONTHLY, "Once a month"],
];

export const WEEKDAYS: Choices = Object.values(Weekday).map((day) => [day, day[0] + day.slice(1).toLowerCase()]);

export const HOURS: Choices = Array.from({ length: 24 }, (_, hour) => [
  String(hour),
  `${String(hour).padStart(2, "0")}:00`,
]);

export const CODE: Choices = [
  ["", "With or without code"],
  ["true", "Only papers with code"],
  ["false", "Only papers without code"],
];

/** Zones that the platform lists by their former names alone. */
const RENAMED = [
  "America/Argentina/Buenos_Aires",
  "America/Nuuk",
  "Asia/Ho_Chi_Minh",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Yangon",
  "Atlantic/Faroe",
  "Europe/Kyiv",
];

/** UTC is a zone too, though not in the list that the platform gives. */
export const TIME_ZONES: readonly string[] = [
  "UTC",
  ...[...new Set([...Intl.supportedValuesOf("timeZone"), ...RENAMED])].filter((zone) => zone !== "UTC").sort(),
];

/** The zone as IANA writes it, when only its case or its spaces differ. */
export function spellTimeZone(text: string): string {
  const spelt = text.trim().replace(/ +/g, "_").toLowerCase();
  return TIME_ZONES.find((zone) => zone.toLowerCase() === spelt) ?? text.trim();
}
