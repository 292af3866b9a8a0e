export type CopyValue = string | number | boolean | Date | readonly string[] | null | undefined;

/** One value in COPY's text format (PostgreSQL manual, COPY, "Text Format"). */
export function copyText(value: CopyValue): string {
  if (value === null || value === undefined) return "\\N";
  if (value instanceof Date) return value.toISOString();
  const text = Array.isArray(value) ? `{${value.map(quoteElement).join(",")}}` : String(value);
  return text.replace(/[\\\n\r\t]/g, (char) => escapes[char]!);
}

const escapes: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quoteElement(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
