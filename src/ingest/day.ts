/** An ISO day with an optional time; a time without a zone is UTC, wherever the machine stands. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

/** The instant that an ISO text names, within the years 1900 to 9999; undefined when it names none. */
export function instantOf(text: string | null | undefined): Date | undefined {
  const [, day = "", time = "00:00", zone = "Z"] = INSTANT.exec(text ?? "") ?? [];
  if (!isDay(day)) return undefined;
  const date = new Date(`${day}T${time}${zone}`);
  const year = date.getUTCFullYear();
  return year >= 1900 && year <= 9999 ? date : undefined;
}

/** The UTC day of the instant that a text names. */
export function dayOf(text: string | null | undefined): string | undefined {
  return instantOf(text)?.toISOString().slice(0, 10);
}

/** Whether a text is a day of the calendar, YYYY-MM-DD, from 1900 on. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < "1900") return false;
  // Date rolls 2025-02-30 over to March.
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
