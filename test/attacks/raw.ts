import { rawPost } from "../support/raw-socket";

const QUERY = '{"query":"{ __typename }"}';
const LENGTH = `Content-Length: ${QUERY.length}`;
const CHUNKED = `${QUERY.length.toString(16)}\r\n${QUERY}\r\n0\r\n\r\n`;
/** What a smuggler hides behind a request: it must never be answered. */
const HIDDEN = `GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`;

/** Bytes that are no request, or that two servers could read as different ones. Refused, and the connection is closed. */
export const malformed: Record<string, string | Buffer> = {
  "a length and chunks": rawPost(`0\r\n\r\n${HIDDEN}`, "Content-Length: 5", "Transfer-Encoding: chunked"),
  "chunks and a length": rawPost(`0\r\n\r\n${HIDDEN}`, "Transfer-Encoding: chunked", "Content-Length: 100"),
  "two lengths": rawPost(`${QUERY}${HIDDEN}`, LENGTH, "Content-Length: 0"),
  "a list of lengths": rawPost(QUERY, `${LENGTH}, ${QUERY.length}`),
  "a length below 0": rawPost(QUERY, "Content-Length: -1"),
  "a length with a sign": rawPost(QUERY, `Content-Length: +${QUERY.length}`),
  "a length in hexadecimal": rawPost(QUERY, "Content-Length: 0x1a"),
  "a length beyond 64 bits": rawPost(QUERY, `Content-Length: ${"9".repeat(30)}`),
  "an encoding that is unknown": rawPost(CHUNKED + HIDDEN, "Transfer-Encoding: xchunked"),
  "an encoding behind chunks": rawPost(CHUNKED + HIDDEN, "Transfer-Encoding: chunked, identity"),
  "a space ahead of the colon": rawPost(CHUNKED + HIDDEN, "Transfer-Encoding : chunked"),
  "a header that is folded": rawPost(CHUNKED + HIDDEN, "Transfer-Encoding:\r\n chunked", LENGTH),
  "a chunk's length below 0": rawPost("-1\r\nx\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
  "a chunk's length beyond 64 bits": rawPost(`${"f".repeat(17)}\r\nx`, "Transfer-Encoding: chunked"),
  "a chunk longer than it says": rawPost(`1\r\n${QUERY}\r\n0\r\n\r\n`, "Transfer-Encoding: chunked"),
  "NUL in a header": rawPost(QUERY, LENGTH, "X-Nul: a\u0000b"),
  "a carriage return in a header": rawPost(QUERY, LENGTH, "X-Return: a\rTransfer-Encoding: chunked"),
  "a header without a name": rawPost(QUERY, LENGTH, ": x"),
  "no host": "GET /healthz HTTP/1.1\r\n\r\n",
  "an unknown method": "FETCH /graphql HTTP/1.1\r\nHost: x\r\n\r\n",
  "an unknown version": "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
  "the preface of HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "a greeting of TLS": Buffer.from("160301020001000001fc0303", "hex"),
  "random bytes": Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7919 + 131) % 256)),
  "one line of 100 KB": `GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  "headers of 100 KB": `GET /healthz HTTP/1.1\r\nHost: x\r\n${"X-A: b\r\n".repeat(12_500)}\r\n`,
};

/** Requests that say less than they send: what is too much is read as another request, which is none. */
export const tooShort = rawPost(`${QUERY}garbage\r\n\r\n`, LENGTH);
export const good = rawPost(QUERY, LENGTH);
export const chunked = rawPost(CHUNKED, "Transfer-Encoding: chunked");
/** The body of which is never sent whole. */
export const unfinished = rawPost('{"query":', "Content-Length: 1000");
