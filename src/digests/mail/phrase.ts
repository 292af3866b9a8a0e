import type * as MimeFuncs from "nodemailer/lib/mime-funcs";

/** RFC 2047, 2: at most 75 characters, and a line of 76. */
const MAX_ENCODED_WORD = 52;

/**
 * A text as a phrase of a header (RFC 5322, 3.2.5): words of letters and digits as they are, other ASCII quoted, anything
 * else in encoded words, each on a line.
 */
export function phraseOf(text: string): string {
  if (/^[\w ]+$/.test(text)) return text;
  const { encodeWord, quoteString } = require("nodemailer/lib/mime-funcs") as typeof MimeFuncs;
  if (/^[\x20-\x7e]+$/.test(text)) return quoteString(text);
  return `${encodeWord(text, "B", MAX_ENCODED_WORD)} `.replaceAll("?= ", "?=\r\n ").trimEnd();
}
