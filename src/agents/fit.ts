/** What a tool answers: the same twice, for programs and for models. */
export interface Answer {
  structured: Record<string, unknown>;
  /** Markdown. */
  text: string;
}

/** Of both forms together, in bytes: with what is around them, an answer stays below 20 kB. */
const MAX_BYTES = 19_000;

/** How many of the `total` items of a list fit: as many as there are, or as few as must be; one always does. */
export function fitItems<T extends Answer>(total: number, write: (items: number) => T): T {
  let items = total;
  let answer = write(items);
  while (items > 1 && bytesOf(answer) > MAX_BYTES) answer = write(--items);
  return answer;
}

function bytesOf({ structured, text }: Answer): number {
  return Buffer.byteLength(JSON.stringify(structured)) + Buffer.byteLength(JSON.stringify(text));
}
