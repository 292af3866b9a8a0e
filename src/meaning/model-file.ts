import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { ExpectedError } from "../config/expected-error";
import { whyUnreadable } from "../inputs/unreadable";
import { MeaningModel, type WordVectors } from "./model";

/**
 * A model's file, all numbers little-endian:
 * 8 bytes "meaning1", which is the form and its version; uint32 dimensions d; uint32 words n; uint32 length of the words in bytes;
 * uint32 CRC-32 of all that follows; n float32, the scale of each word; n times d int8, the vector of each word; the words in UTF-8,
 * each with a line feed behind it. A word counts in a text as its scale times its vector; how rare it is stands in the scale.
 */
const MAGIC = "meaning1";
const HEADER_BYTES = 24;
const MAX_DIMENSIONS = 4096;

export function writeModel({ dimensions, words, scales, vectors }: WordVectors): Buffer {
  const text = Buffer.from(words.map((word) => `${word}\n`).join(""));
  const file = Buffer.alloc(sizeOf(dimensions, words.length, text.length));
  file.write(MAGIC, "latin1");
  file.writeUInt32LE(dimensions, 8);
  file.writeUInt32LE(words.length, 12);
  file.writeUInt32LE(text.length, 16);
  let at = HEADER_BYTES;
  for (const scale of scales) at = file.writeFloatLE(scale, at);
  file.set(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.length), at);
  file.set(text, at + vectors.length);
  file.writeUInt32LE(crc32(file.subarray(HEADER_BYTES)), 20);
  return file;
}

function refusal(name: string, problem: string): ExpectedError {
  return new ExpectedError(`${name} is not a model of meaning: ${problem}.`);
}

function checkHeader(bytes: Buffer, name: string): void {
  const form = bytes.toString("latin1", 0, MAGIC.length);
  if (form !== MAGIC) throw refusal(name, `it does not begin with "${MAGIC}", by which such a file is known`);
  if (bytes.length < HEADER_BYTES) throw refusal(name, `it ends after ${bytes.length} bytes, within its header`);
}

/** Reads a model; what is not whole, or of another form, throws an ExpectedError that calls it `name`. The bytes are kept. */
export function readModel(bytes: Buffer, name: string): MeaningModel {
  const refuse = (problem: string) => refusal(name, problem);
  checkHeader(bytes, name);
  const [dimensions, count, textBytes] = [8, 12, 16].map((at) => bytes.readUInt32LE(at)) as [number, number, number];
  const size = sizeOf(dimensions, count, textBytes);
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS)
    throw refuse(`its header says ${dimensions} dimensions, not 1 to ${MAX_DIMENSIONS}`);
  if (bytes.length !== size) throw refuse(`it has ${bytes.length} bytes where its header says ${size}`);
  if (bytes.readUInt32LE(20) !== crc32(bytes.subarray(HEADER_BYTES)))
    throw refuse("it was changed since it was written, as its checksum shows");
  const text = bytes.toString("utf8", size - textBytes);
  const words = text.split("\n");
  if (words.pop() !== "" || words.length !== count) throw refuse(`it does not hold the ${count} words of its header`);
  const scales = new Float32Array(count);
  for (let i = 0; i < count; i++) scales[i] = bytes.readFloatLE(HEADER_BYTES + 4 * i);
  const vectors = new Int8Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES + 4 * count, count * dimensions);
  return new MeaningModel({ dimensions, words, scales, vectors });
}

/** Throws an ExpectedError when the file cannot be read, or is not a model's. */
export function readModelFile(file: string): MeaningModel {
  return readModel(readBytes(file, readFileSync), file);
}

/** The name of a file's model, which no other has: its dimensions and its checksum. Only the header is read; throws as `readModelFile`. */
export function readModelName(file: string): string {
  const header = readBytes(file, readHeader);
  checkHeader(header, file);
  return `words-${header.readUInt32LE(8)}-${header.readUInt32LE(20).toString(16).padStart(8, "0")}`;
}

function readBytes(file: string, read: (file: string) => Buffer): Buffer {
  try {
    return read(file);
  } catch (error) {
    const { message } = error as Error;
    throw new ExpectedError(`${file} cannot be read: ${whyUnreadable(error as NodeJS.ErrnoException) ?? message}.`);
  }
}

function readHeader(file: string): Buffer {
  const opened = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    return bytes.subarray(0, readSync(opened, bytes));
  } finally {
    closeSync(opened);
  }
}

/** In bytes. */
export function sizeOf(dimensions: number, words: number, textBytes: number): number {
  return HEADER_BYTES + words * (4 + dimensions) + textBytes;
}
