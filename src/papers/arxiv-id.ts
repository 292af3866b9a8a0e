export function parseArxivId(text: string): string | null {
  return /\d{4}\.\d{4,5}/.exec(text)?.[0] ?? null;
}
