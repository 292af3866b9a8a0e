/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first 60 characters of a value as JSON, for reports; a note for one that is nested too deeply to be written. */
export function preview(value: unknown): string {
  try {
    return JSON.stringify(value)?.slice(0, 60) ?? String(value);
  } catch {
    return "a value that is nested too deeply";
  }
}
