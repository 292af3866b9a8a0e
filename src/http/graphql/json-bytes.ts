import { EncodedPart } from "../../graphql/encoded-parts";
import { PART } from "./parts";

/**
 * A value as JSON in UTF-8, as JSON.stringify would write it, with a line feed. V8 stores a string with two bytes a
 * character as soon as one of them needs that, and is slow to encode a long one of these: so lists are written a few items
 * at a time, and most of the strings stay at one byte a character.
 */
export function jsonBytes(value: unknown): Buffer {
  length = 0;
  writeValue(value);
  write("\n");
  const written = Buffer.from(bytes.subarray(0, length));
  if (bytes.length > MOST_HELD) bytes = Buffer.allocUnsafe(INITIAL);
  return written;
}

const ITEMS_AT_A_TIME = 10;
/** A UTF-16 code unit takes at most this many bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

const INITIAL = 64 * 1024;
const MOST_HELD = 1024 * 1024;
/** The buffer in which responses are written, one after the other; it grows as needed. */
let bytes = Buffer.allocUnsafe(INITIAL);
let length = 0;

/** What stands in JSON where a part belongs, between a part's number and its value. */
const GAP = `"${PART}`;
const NUMBER_LENGTH = 2;
const VALUE = '":0';

/** Writes what JSON.stringify has made, with the parts in their gaps. */
function writeJson(json: string): void {
  let from = 0;
  for (const part of EncodedPart.takeLeft()) {
    const gap = findGap(json, from);
    write(json.slice(from, gap));
    writePart(part);
    from = gap + GAP.length + NUMBER_LENGTH + VALUE.length;
  }
  write(from === 0 ? json : json.slice(from));
}

/** A name stands behind a brace or a comma; in a string a quotation mark does not: it is escaped. */
function findGap(json: string, from: number): number {
  let at = json.indexOf(GAP, from);
  while (!"{,".includes(json.charAt(at - 1))) at = json.indexOf(GAP, at + 1);
  return at;
}

function write(text: string): void {
  reserve(BYTES_PER_UNIT * text.length);
  length += bytes.write(text, length);
}

function writePart(part: EncodedPart): void {
  reserve(part.bytes.length);
  length += part.bytes.copy(bytes, length);
}

function reserve(most: number): void {
  const needed = length + most;
  if (needed > bytes.length) bytes = Buffer.concat([bytes.subarray(0, length)], 2 * needed);
}

function writeValue(value: unknown): void {
  if (Array.isArray(value) && value.length > 0) writeList(value);
  else if (isPlain(value)) writeObject(value);
  else writeJson(JSON.stringify(value));
}

/** Whether a value is written field by field, which is wrong for objects with a toJSON, like Date. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("toJSON" in value);
}

function writeList(items: readonly unknown[]): void {
  for (let i = 0; i < items.length; i += ITEMS_AT_A_TIME) {
    const some = JSON.stringify(items.slice(i, i + ITEMS_AT_A_TIME));
    writeJson(`${i === 0 ? "[" : ","}${some.slice(1, -1)}`);
  }
  write("]");
}

function writeObject(fields: Record<string, unknown>): void {
  let before = "{";
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    if (value instanceof EncodedPart) {
      write(before);
      writePart(value);
    } else {
      write(`${before}${JSON.stringify(name)}:`);
      writeValue(value);
    }
    before = ",";
  }
  write(before === "{" ? "{}" : "}");
}
