import { crc32 } from "node:zlib";
import type { KeyKind, KeyValue, Order } from "../db/keyset";

/**
 * A cursor holds the keys of a row and a checksum over them and their origin (list, order, filter), which detects a cursor
 * that is damaged or belongs to another list. It is not secret: its keys are validated again.
 */
export function encodeCursor(binding: string, keys: readonly KeyValue[]): string {
  const json = JSON.stringify(keys);
  return Buffer.from(`${checksum(binding, json)}${json}`).toString("base64url");
}

/** The keys of a cursor made by `encodeCursor` with the same binding for the same order; null for any other text. */
export function decodeCursor(binding: string, order: Order, cursor: string): KeyValue[] | null {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const json = text.slice(CHECKSUM_LENGTH);
  if (!text.startsWith(checksum(binding, json))) return null;
  if (Buffer.from(text).toString("base64url") !== cursor) return null;
  const keys = parse(json);
  if (!Array.isArray(keys)) return null;
  // A cursor of an earlier version has no mark (see `KeyKind`).
  if (keys.length === order.keys.length - 1 && order.keys.at(-1)?.kind === "mark") keys.push("");
  if (keys.length !== order.keys.length) return null;
  return order.keys.every(({ kind }, i) => isKey(kind, keys[i])) ? keys : null;
}

const CHECKSUM_LENGTH = 8;

function checksum(binding: string, json: string): string {
  return crc32(json, crc32(binding)).toString(16).padStart(CHECKSUM_LENGTH, "0");
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

// PostgreSQL has no year 0, and JavaScript writes years beyond 9999 in its own format.
const DAY = /^(?!0000)\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(?!0000)\d{4}-/;
const INT4 = 2 ** 31;

// A checksum can be forged; PostgreSQL must still never get a value that it cannot read.
function isKey(kind: KeyKind, value: unknown): boolean {
  if (kind === "int") return Number.isInteger(value) && Math.abs(Number(value)) < INT4;
  if (kind === "float") return typeof value === "number" && Number.isFinite(value);
  if (kind === "date" && value === null) return true;
  if (kind === "mark") return typeof value === "string";
  if (typeof value !== "string" || (kind === "date" && !DAY.test(value))) return false;
  const instant = new Date(value);
  if (Number.isNaN(instant.getTime())) return false;
  return kind === "date"
    ? instant.toISOString().startsWith(value)
    : INSTANT.test(value) && instant.toISOString() === value;
}
