import { Transform } from "node:stream";
import { ExpectedError } from "../../config/expected-error";
import { NOT_UTF8 } from "./utf8";

/** Items of sources nest only a few levels, and each level costs the parser much more than its byte. */
const MAX_DEPTH = 100;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const SPACE = 0x20;

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

/**
 * Passes on the bytes of a JSON array; fails if they are not UTF-8, or if an item is larger than `maxBytes` or nests too deep:
 * a parser holds an item until it ends, and a small gzip file can hold an endless one. The ExpectedError names file and item.
 */
export function boundItems(file: string, maxBytes: number): Transform {
  let depth = 0;
  let item = 1;
  let bytes = 0;
  let isString = false;
  let isEscaped = false;
  const decoder = new TextDecoder("utf-8", { fatal: true });

  /** How the item exceeds a bound with this byte; null if it does not. */
  function excess(byte: number): string | null {
    bytes++;
    if (isString) {
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) isString = false;
    } else if (byte === QUOTE) isString = true;
    else if (OPENING.has(byte)) depth++;
    else if (CLOSING.has(byte)) depth--;
    else if (depth === 1 && byte <= SPACE) bytes = 0;
    else if (depth === 1 && byte === COMMA) {
      item++;
      bytes = 0;
    }
    if (bytes > maxBytes) return `larger than ${megabytes(maxBytes)} MB`;
    return depth > MAX_DEPTH ? `nested more than ${MAX_DEPTH} levels deep` : null;
  }

  return new Transform({
    transform(chunk: Buffer, _, done) {
      try {
        decoder.decode(chunk, { stream: true });
      } catch {
        done(new ExpectedError(`${file} cannot be read: from item ${item} on it is ${NOT_UTF8}.`));
        return;
      }
      for (const byte of chunk) {
        const found = excess(byte);
        if (found) {
          done(new ExpectedError(`${file} cannot be read: item ${item} is ${found}.`));
          return;
        }
      }
      done(null, chunk);
    },
  });
}
