import { createReadStream } from "node:fs";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { JSONParser } from "@streamparser/json-node";
import split2 from "split2";
import { ExpectedError } from "../../config/expected-error";
import { isObject } from "../../graphql/json";
import { whyUnreadable } from "../../inputs/unreadable";
import { boundItems, megabytes } from "./json-items.bounds";

/** One item with its place, or why a line is rejected. */
export type JsonItem = { value: unknown; place: string } | { rejected: { place: string; reason: string } };
type Measured = JsonItem & { bytesRead: number };

const GZIP = [0x1f, 0x8b];
const MAX_ITEM_BYTES = 8 * 1024 * 1024;

/**
 * Reads the items of a JSON array or of JSON lines, plain or gzipped, from a file or ("-") standard input, one at a time. A
 * line or an item that is not an object is rejected, and reading continues; a file that cannot be read as a whole throws an
 * ExpectedError. `bytesRead` is how much of the file has been read so far.
 */
export async function* readJson(file: string, maxItemBytes = MAX_ITEM_BYTES): AsyncGenerator<Measured> {
  const name = file === "-" ? "standard input" : file;
  const bytes = file === "-" ? process.stdin : createReadStream(file);
  try {
    for await (const item of readItems(await unpack(bytes), name, maxItemBytes))
      yield { ...item, bytesRead: bytes.bytesRead };
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError(`${name} cannot be read: ${explain(error as NodeJS.ErrnoException, maxItemBytes)}.`);
  } finally {
    bytes.destroy();
  }
}

function explain(error: NodeJS.ErrnoException, maxItemBytes: number): string {
  if (error.message === "maximum buffer reached") return `it has a line of more than ${megabytes(maxItemBytes)} MB`;
  if (error.code?.startsWith("Z_")) return `its gzip data is damaged or cut off (${error.message})`;
  return whyUnreadable(error) ?? error.message;
}

/** The stream's text, decompressed if its first bytes are those of gzip. */
async function unpack(bytes: Readable): Promise<Readable> {
  const [head, whole] = await peek(bytes);
  const text = new PassThrough();
  const steps = GZIP.every((byte, i) => head[i] === byte) ? [createGunzip()] : [];
  pipeline([whole, ...steps, text]).catch((error) => text.destroy(error));
  return text;
}

/** The first bytes of a stream, and the whole stream. */
async function peek(stream: Readable): Promise<[Buffer, Readable]> {
  const chunk: Buffer | null = await new Promise((resolve, reject) => {
    stream.once("error", reject);
    stream.once("end", () => resolve(null));
    stream.once("readable", () => resolve(stream.read()));
  });
  if (!chunk) return [Buffer.alloc(0), stream];
  stream.unshift(chunk);
  return [chunk, stream];
}

async function* readItems(text: Readable, name: string, maxItemBytes: number): AsyncGenerator<JsonItem> {
  const [head, whole] = await peek(text);
  const first = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart()[0];
  if (first === undefined) throw new ExpectedError(`${name} is empty.`);
  if (first === "[") yield* readArray(whole, name, maxItemBytes);
  else if (first === "{") yield* readLines(whole, name, maxItemBytes);
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
  const lines = split2({ maxLength: maxItemBytes });
  pipeline(text, lines).catch(() => {});
  let line = 0;
  let isLines = false;
  // A bad first line is rejected if an item follows; else the file is of another kind, such as one object over many lines.
  let first: JsonItem | undefined;
  for await (const content of lines) {
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

function readLine(content: string, place: string): JsonItem {
  return objectOr(parse(content), place);
}

function objectOr(value: unknown, place: string): JsonItem {
  return isObject(value) ? { value, place } : { rejected: { place, reason: "It is not a JSON object." } };
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
