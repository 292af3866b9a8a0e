import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { JSONParser } from "@streamparser/json-node";
import split2 from "split2";
import { ExpectedError } from "../../config/expected-error";
import { isObject } from "../../graphql/json";
import { type Input, type Measured, readInput } from "./input-file";
import { boundItems, megabytes } from "./json-items.bounds";

/** One item with its location, or why a line is rejected. */
export type JsonItem = { value: unknown; location: string } | { rejected: { location: string; reason: string } };

const MAX_ITEM_BYTES = 8 * 1024 * 1024;

/**
 * Reads the items of a JSON array or of JSON lines, plain or gzipped, from a file or ("-") standard input, one at a time. A
 * line or an item that is not an object is rejected, and reading continues; a file that cannot be read as a whole throws an
 * ExpectedError.
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
  for await (const content of linesOf(text, name, maxItemBytes)) {
    line++;
    if (content.trim() === "") continue;
    const item = readLine(content, `line ${line}`);
    if ("value" in item) isLines = true;
    if (!isLines && first) throw notItems(name);
    if (!isLines) {
      first = item;
      continue;
    }
    if (first) yield first;
    first = undefined;
    yield item;
  }
  if (!isLines) throw notItems(name);
}

async function* linesOf(text: Readable, name: string, maxBytes: number): AsyncGenerator<string> {
  const lines = split2({ maxLength: maxBytes });
  pipeline(text, lines).catch(() => {});
  try {
    yield* lines;
  } catch (error) {
    if ((error as Error).message !== "maximum buffer reached") throw error;
    throw new ExpectedError(`${name} cannot be read: it has a line of more than ${megabytes(maxBytes)} MB.`);
  }
}

function readLine(content: string, location: string): JsonItem {
  return objectOr(parse(content), location);
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
