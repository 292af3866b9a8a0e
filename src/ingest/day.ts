/** The instant that a text names, within the years 1900 to 9999; undefined when it names none. */
export function instantOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? "");
  const year = date.getUTCFullYear();
  return year >= 1900 && year <= 9999 ? date : undefined;
}

/** The UTC day of the instant that a text names. */
export function dayOf(text: string | null | undefined): string | undefined {
  return instantOf(text)?.toISOString().slice(0, 10);
}

/** Whether a text is a day of the calendar, YYYY-MM-DD. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && dayOf(text) === text;
}
