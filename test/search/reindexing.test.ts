import { setTimeout as sleep } from "node:timers/promises";
import { SearchTex1791890000000 } from "../../migrations/1791890000000-search-tex";
import { createLog } from "../../src/log";
import { reindexNext } from "../../src/search/reindexing.service";
import { reindexInBackground } from "../../src/search/reindexing.worker";
import { withDataSource } from "../support/data-source";
import { importRecords, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";

describe("papers of a version before", () => {
  const t = useDatabase();
  let after: unknown[];
  beforeEach(async () => {
    await t.db.reset();
    await importRecords(t.db, [
      ...Array.from({ length: 40 }, (_, i) =>
        sourceRecord({ title: `Gnu, ok\\'api ${i}`, authors: ["Ada"], keywords: ["GPT-4"] }),
      ),
      sourceRecord({ title: "Plain" }),
    ]);
    after = await stored();
    await migrate("down");
    await t.db.run(`
      update papers p set search = paper_search(title, (
        select string_agg(a.name, ', ' order by a.position) from authorships a where a.paper_id = p.id
      ), keywords, abstract)`);
    await migrate("up");
  });

  const migrate = (way: "up" | "down") =>
    withDataSource(t.db.url, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      await new SearchTex1791890000000()[way](runner);
      await runner.release();
    });
  const stored = () => t.db.run("select id, search::text from papers order by id");
  const written = () => t.db.run<{ xmin: string }>("select id, xmin::text from papers order by id desc");
  const found = async () =>
    (await t.db.run("select id from papers where search @@ 'okapi' order by id desc")).map(
      (row) => (row as { id: number }).id,
    );

  test("are read anew from the newest on, batch by batch; what is the same is not written", async () => {
    expect(await found()).toEqual([]);
    const before = await written();
    expect(await reindexNext(t.db, 10)).toBe(true);
    expect(await found()).toHaveLength(9);
    expect(Math.min(...(await found()))).toBe(Math.max(...(await found())) - 8);
    let batches = 1;
    while (await reindexNext(t.db, 10)) batches++;
    expect(batches).toBe(6);
    expect(await stored()).toEqual(after);
    const now = await written();
    expect(now.filter(({ xmin }, i) => xmin === before[i]!.xmin)).toHaveLength(1);
    expect(await t.db.run("select from search_backlog")).toEqual([]);
  });

  test("are each read once by processes that do so at the same time, beside an import", async () => {
    const untilDone = async () => {
      while (await reindexNext(t.db, 3));
    };
    await Promise.all([untilDone(), untilDone(), importRecords(t.db, [sourceRecord({ title: "New one" })])]);
    expect((await stored()).slice(0, 41)).toEqual(after);
  });

  test("are read anew in the background, until none is left", async () => {
    const stop = new AbortController();
    await reindexInBackground(t.db, stop.signal, createLog("silent"));
    expect(await stored()).toEqual(after);
    // Then it is over at once.
    await Promise.race([
      reindexInBackground(t.db, stop.signal, createLog("silent")),
      sleep(5000).then(() => Promise.reject()),
    ]);
  });
});
