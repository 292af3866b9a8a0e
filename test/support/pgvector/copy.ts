import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { Client } from "pg";

const ESCAPED: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

/** What `copy ... from stdin` does with rows of text, by an insert: PGlite has no such copy. */
export function copyByInsert(send: (statement: string) => Promise<unknown>, statement: string): Duplex {
  const [, target] = /^copy (\w+ \(.*\)) from stdin$/.exec(statement) ?? [];
  if (!target) throw new Error(`PGlite copies only from text, not: ${statement}`);
  return Duplex.from(async (rows: AsyncIterable<Buffer>) => {
    const lines = (await text(rows)).split("\n").slice(0, -1);
    if (lines.length === 0) return;
    const values = lines.map((line) => `(${line.split("\t").map(literalOf).join(", ")})`);
    await send(`insert into ${target} values ${values.join(", ")}`);
  });
}

/** A value in COPY's text format as a literal of SQL. */
function literalOf(value: string): string {
  if (value === "\\N") return "null";
  return Client.prototype.escapeLiteral(value.replace(/\\(.)/g, (_, char: string) => ESCAPED[char] ?? char));
}
