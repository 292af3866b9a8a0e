import { createReader, type Reader } from "../../src/db/pipelined-reader";
import { constant, sql } from "../../src/db/sql";
import { defaultTimeouts } from "../../src/db/timeouts";
import { useDatabase } from "../support/use-api";

describe("statements that are prepared", () => {
  const t = useDatabase();
  let reader: Reader;
  beforeAll(async () => {
    reader = t.use(createReader(t.db.url, defaultTimeouts, 1));
  });

  const ask = async (n: number) => (await reader.query<{ n: number }>(sql`select ${constant(n)}::int as n`))[0]!.n;
  const prepared = async () =>
    (
      await reader.query<{ text: string }>(
        sql`select statement as text from pg_prepared_statements where statement like 'select %::int as n'`,
      )
    ).map(({ text }) => Number(/\d+/.exec(text)));

  test("are those that were used last, however many texts have come: others are forgotten, and answered as before", async () => {
    for (let n = 0; n < 600; n++) expect(await Promise.all([ask(n), ask(7)])).toEqual([n, 7]);
    const known = await prepared();
    expect(known).toEqual(expect.arrayContaining([7, 500, 599]));
    expect(known).not.toContain(100);
    expect(known.length).toBeLessThanOrEqual(250);
    expect(await Promise.all(Array.from({ length: 600 }, (_, n) => ask(n)))).toEqual([...Array(600).keys()]);
  });
});
