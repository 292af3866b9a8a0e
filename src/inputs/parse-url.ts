/**
 * A URL, absolute or of a base; null for other texts. `URL.canParse` must not be asked: once V8 has compiled it, after some
 * thousand calls, Node.js 20 takes each URL with a letter such as ü for none.
 */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
