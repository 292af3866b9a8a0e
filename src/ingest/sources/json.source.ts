import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { JSONParser } from "@streamparser/json-node";
import { ExpectedError } from "../../config/expected-error";
import { isObject } from "../../graphql/json";
import { type Input, type Measured, readInput } from "./input-file";
import { boundItems, megabytes } from "./json-items.bounds";
import { NOT_UTF8 } from "./utf8";

/** One item with its location, or why a line is rejected. */
export type JsonItem = { value: unknown; location: string } | { rejected: { location: string; reason: string } };

const MAX_ITEM_BYTES = 8 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * Reads the items of a JSON array or of JSON lines, plain or gzipped, from a file or ("-") standard input, one at a time. A
 * line or an item that is not an object is rejected, as is a line that is not UTF-8, and reading continues; a file that cannot
 * be read as a whole, or an array that is not UTF-8, throws an ExpectedError.
 */
export function readJson(file: string, maxItemBytes = MAX_ITEM_BYTES): AsyncGenerator<Measured<JsonItem>> {
  return readInput(file, (input) => readJsonItems(input, maxItemBytes));
}

/** The same of a file that is open. */
export async function* readJsonItems(
  { text, name, first }: Input,
  maxItemBytes = MAX_ITEM_BYTES,
): AsyncGenerator<JsonItem> {
  if (first === "[") yield* readArray(text, name, maxItemBytes);
  else if (first === "{") yield* readLines(text, name, maxItemBytes);
  else throw notItems(name);
}

async function* readArray(text: Readable, name: string, maxItemBytes: number): AsyncGenerator<JsonItem> {
  const parser = new JSONParser({ paths: ["$.*"], keepStack: false });
  pipeline(text, boundItems(name, maxItemBytes), parser).catch(() => {});
  let index = 0;
  try {
    for await (const { value } of parser) {
      index++;
      yield objectOr(value, `item ${index}`);
    }
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError(`${name} is broken after item ${index}: ${(error as Error).message}.`);
  }
}

async function* readLines(text: Readable, name: string, maxItemBytes: number): AsyncGenerator<JsonItem> {
  let line = 0;
  let isLines = false;
  // A bad first line is rejected if an item follows; else the file is of another kind, such as one object over many lines.
  let first: JsonItem | undefined;
  for await (const bytes of linesOf(text, name, maxItemBytes)) {
    line++;
    const content = bytes.toString("utf8");
    if (content.trim() === "") continue;
    const item = objectOr(parse(content), `line ${line}`);
    if ("value" in item) isLines = true;
    if (!isLines && first) throw notItems(name);
    if (!isLines) {
      first = item;
      continue;
    }
    if (first) yield first;
    first = undefined;
    yield isUtf8(bytes) ? item : { rejected: { location: `line ${line}`, reason: `It is ${NOT_UTF8}.` } };
  }
  if (!isLines) throw notItems(name);
}

/** The lines' bytes, without the line feeds. */
async function* linesOf(text: Readable, name: string, maxBytes: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length > maxBytes) {
      throw new ExpectedError(`${name} cannot be read: it has a line of more than ${megabytes(maxBytes)} MB.`);
    }
  };
  const takeLine = () => {
    const line = Buffer.concat(parts, length);
    parts = [];
    length = 0;
    return line;
  };
  for await (const chunk of text as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      yield takeLine();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  yield takeLine();
}

function objectOr(value: unknown, location: string): JsonItem {
  return isObject(value) ? { value, location } : { rejected: { location, reason: "It is not a JSON object." } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

function notItems(name: string): ExpectedError {
  return new ExpectedError(`${name} is neither a JSON array of items nor JSON lines with an item each.`);
}
