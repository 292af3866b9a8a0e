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
