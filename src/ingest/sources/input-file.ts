import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ExpectedError } from "../../config/expected-error";
import { whyUnreadable } from "../../inputs/unreadable";
import type { ImportItem } from "../source-record";
import { NOT_UTF8 } from "./utf8";

/** A file's text as a stream, decompressed. */
export interface Input {
  /** The file's name, for reports. */
  name: string;
  text: Readable;
  /** The first character that is not white space, by which the kind of file is recognized. */
  first: string;
}

/** With how much of the file has been read so far, in bytes. */
export type Measured<T> = T & { bytesRead: number };

/** Called with the part of the input that has been read, 0 to 1; never when its size is unknown. */
export type OnProgress = (part: number) => void;

const GZIP = [0x1f, 0x8b];

/**
 * What `read` reads of a file or ("-") standard input, plain or gzipped; a file that is empty or cannot be read throws an
 * ExpectedError.
 */
export async function* readInput<T extends object>(
  file: string,
  read: (input: Input) => AsyncIterable<T>,
): AsyncGenerator<Measured<T>> {
  const name = file === "-" ? "standard input" : file;
  const bytes = file === "-" ? process.stdin : createReadStream(file);
  try {
    const [head, text] = await peek(await unpack(bytes));
    if (isWide(head)) throw new ExpectedError(`${name} is ${NOT_UTF8}.`);
    const [first] = head
      .toString("utf8")
      .replace(/^\uFEFF/, "")
      .trimStart();
    if (first === undefined) throw new ExpectedError(`${name} is empty.`);
    for await (const item of read({ name, text, first })) yield { ...item, bytesRead: bytes.bytesRead };
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    throw new ExpectedError(`${name} cannot be read: ${explain(error as NodeJS.ErrnoException)}.`);
  } finally {
    bytes.destroy();
  }
}

/** The items of files, one after the other; locations name the file if there are several. */
export async function* readFiles(
  files: readonly string[],
  now: () => Promise<Date>,
  onProgress: OnProgress,
  readFile: (file: string, observedAt: Date) => AsyncIterable<Measured<{ item: ImportItem }>>,
): AsyncGenerator<ImportItem> {
  const sizes = await Promise.all(files.map(sizeOf));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let read = 0;
  for (const [i, file] of files.entries()) {
    const prefix = files.length > 1 ? `${file} ` : "";
    for await (const { item, bytesRead } of readFile(file, await now())) {
      if (Number.isFinite(total)) onProgress((read + bytesRead) / total);
      const part = "rejected" in item ? item.rejected : item.record;
      part.location = prefix + part.location;
      yield item;
    }
    read += sizes[i]!;
  }
}

/** Whether a text is in UTF-16 or UTF-32, as some systems save it: by its byte order mark or the zeros in its first letters. */
function isWide(head: Buffer): boolean {
  return [0xfeff, 0xfffe].includes(head.length > 1 ? head.readUInt16BE() : 0) || head.subarray(0, 4).includes(0);
}

/** In bytes; NaN for standard input and for missing files. */
async function sizeOf(file: string): Promise<number> {
  if (file === "-") return Number.NaN;
  return stat(file).then(
    ({ size }) => size,
    () => Number.NaN,
  );
}

function explain(error: NodeJS.ErrnoException): string {
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
