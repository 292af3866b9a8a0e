/** What a tool answers: the same twice, for programs and for models. */
export interface Answer {
  structured: Record<string, unknown>;
  /** Markdown. */
  text: string;
}

/** Of both forms together, in bytes: with what is around them, an answer stays below 20 kB. */
const MAX_BYTES = 19_000;

/** An answer with as many of the first `total` items of a list as fit; the first one always does. */
export function fitItems<T extends Answer>(total: number, write: (items: number) => T): T {
  const whole = write(total);
  if (total <= 1 || fits(whole)) return whole;
  let [most, tooMany] = [1, total];
  while (most + 1 < tooMany) {
    const middle = Math.floor((most + tooMany) / 2);
    if (fits(write(middle))) most = middle;
    else tooMany = middle;
  }
  return write(most);
}

function fits(answer: Answer): boolean {
  return bytesOf(answer) <= MAX_BYTES;
}

function bytesOf({ structured, text }: Answer): number {
  return Buffer.byteLength(JSON.stringify(structured)) + Buffer.byteLength(JSON.stringify(text));
}
