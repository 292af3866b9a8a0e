import { defaultModel, defaultModelName } from "./default-model";
import type { Meaning } from "./model";

/** The name of the model that vectors are written, compared and served by. */
export function servingModel(): string {
  return defaultModelName();
}

/** The vector of a paper to the serving model, as it is stored: empty when the model knows none of its words. */
export function embedPaper(title: string, abstract: string | null | undefined): Buffer {
  const meaning = defaultModel().embed(title, abstract ?? undefined);
  if (!meaning) return Buffer.alloc(0);
  const { buffer, byteOffset, length } = meaning.values;
  return Buffer.from(buffer, byteOffset, length);
}

/** A stored vector; null if it is empty. */
export function readVector(bytes: Buffer): Meaning | null {
  if (bytes.length === 0) return null;
  const values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  let square = 0;
  for (const value of values) square += value * value;
  return { values, scale: 1 / Math.sqrt(square) };
}

/** What a question means to the serving model; null when it knows none of its words. */
export function embedQuery(text: string): Meaning | null {
  return defaultModel().embed(text);
}
