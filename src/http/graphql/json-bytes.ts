import { EncodedPart } from "../../graphql/encoded-parts";

/**
 * A value as JSON in UTF-8, as JSON.stringify would write it, with a line feed; parts as they were encoded, in place of the
 * names under which they stand. V8 stores a string with two bytes a character as soon as one of them needs that, and is slow
 * to encode a long one of these: so text is encoded a few thousand characters at a time, and most of it stays at one byte a
 * character.
 */
export function jsonBytes(value: unknown): Buffer {
  length = 0;
  writeValue(value);
  text += "\n";
  encodeText();
  return length < SMALL ? Buffer.from(bytes.subarray(0, length)) : handOver();
}

const TEXT_AT_A_TIME = 4096;
/** A UTF-16 code unit takes at most this many bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

const INITIAL = 64 * 1024;
/** So many bytes are copied: the whole buffer would be kept for them. */
const SMALL = INITIAL / 2;
const MOST_HELD = 1024 * 1024;
/** The buffer in which responses are written, one after the other; it grows as needed. */
let bytes = Buffer.allocUnsafe(INITIAL);
let length = 0;
/** What is written, but not encoded yet. */
let text = "";

/** Gives the buffer away, and goes on with a new one, in which a response of this length has room. */
function handOver(): Buffer {
  const written = bytes.subarray(0, length);
  bytes = Buffer.allocUnsafeSlow(Math.min(Math.max(INITIAL, 1.25 * length), MOST_HELD));
  return written;
}

function encodeText(): void {
  reserve(BYTES_PER_UNIT * text.length);
  length += bytes.write(text, length);
  text = "";
}

function writePart(part: EncodedPart): void {
  encodeText();
  reserve(part.bytes.length);
  length += part.bytes.copy(bytes, length);
}

function reserve(most: number): void {
  const needed = length + most;
  if (needed > bytes.length) bytes = Buffer.concat([bytes.subarray(0, length)], 2 * needed);
}

function writeValue(value: unknown): void {
  if (Array.isArray(value)) writeList(value);
  else if (isPlain(value)) writeObject(value);
  else text += JSON.stringify(value) ?? "null";
  if (text.length > TEXT_AT_A_TIME) encodeText();
}

/** Whether a value is written field by field, which is wrong for objects that have a way of their own, like Date; an alias may have its name. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !("toJSON" in value && typeof value.toJSON === "function");
}

function writeList(items: readonly unknown[]): void {
  text += "[";
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ",";
    writeValue(items[i]);
  }
  text += "]";
}

function writeObject(fields: Record<string, unknown>): void {
  let before = "{";
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    text += before;
    before = ",";
    if (value instanceof EncodedPart) {
      writePart(value);
    } else {
      text += `${JSON.stringify(name)}:`;
      writeValue(value);
    }
  }
  text += before === "{" ? "{}" : "}";
}
