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

  test("are writes, too: one that is planned once never again, and transactions on its connection as their values ask for", async () => {
    const cast = (ids: number[]) =>
      t.db.write<{ n: number }>(sql`select count(*)::int as n from unnest(${ids}::int[])`.planned("once"));
    for (let n = 1; n <= 8; n++) expect(await cast(Array(n).fill(1))).toEqual([{ n }]);
    const plans = sql`select generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements
      where statement like '%from unnest($1::int[])'`;
    expect(await t.db.write(plans)).toEqual([{ generic: 8, custom: 0 }]);
    for (const planning of ["once", "by cost"] as const) {
      await t.db.write(sql`select 1`.planned(planning));
      const mode = await t.db.transaction((tx) => tx.query(sql`show plan_cache_mode`));
      expect(mode).toEqual([{ plan_cache_mode: "auto" }]);
    }
  });

  test("that fail leave no connection behind that does not work", async () => {
    const divide = (by: number) => t.db.write<{ n: number }>(sql`select 6 / ${by}::int as n`.planned("once"));
    for (let i = 0; i < 8; i++) await expect(divide(0)).rejects.toThrow("division by zero");
    expect(await divide(2)).toEqual([{ n: 3 }]);
    expect(t.db.writers()).toMatchObject({ waiting: 0 });
  });
});
