/** What a tool answers: the same twice, for programs and for models. */
export interface Answer {
  structured: Record<string, unknown>;
  /** Markdown. */
  text: string;
}

/** How an answer is sent: tools have both forms, resources the text alone. */
export type Form = "both" | "text";

/** In bytes: with what is around it, an answer stays below 20 kB. */
const MAX_BYTES = 19_000;

/** An answer with as many of the first `total` items of a list as fit, but for an empty list at least one. */
export function fitItems<T extends Answer>(total: number, form: Form, write: (items: number) => T): T {
  return fitMost(Math.min(total, 1), total, form, write);
}

/** What is written with the greatest number up to `most` with which it fits; with `least` whether it fits or not. */
export function fitMost<T extends Answer>(least: number, most: number, form: Form, write: (size: number) => T): T {
  const whole = write(most);
  if (least === most || fits(whole, form)) return whole;
  let [fitting, tooMuch] = [least, most];
  while (fitting + 1 < tooMuch) {
    const middle = Math.floor((fitting + tooMuch) / 2);
    if (fits(write(middle), form)) fitting = middle;
    else tooMuch = middle;
  }
  return write(fitting);
}

export function fits({ structured, text }: Answer, form: Form): boolean {
  return bytesOf(text) + (form === "both" ? bytesOf(structured) : 0) <= MAX_BYTES;
}

/** As JSON in UTF-8. */
function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
