import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { importItems } from "../../src/ingest/importer";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { signIn, sourceRecord } from "../support/factories";
import { mistake, run } from "../support/processes";
import { createProxy } from "../support/proxy";
import { useApi, useDatabase } from "../support/use-api";

const UPSERT = `mutation ($papers: [PaperUpsert!]!) { upsertPapers(input: { papers: $papers }) {
  created userErrors { path message } papers { title } } }`;

describe("what the database refuses", () => {
  const t = useApi();
  beforeAll(async () => {
    await t.db.run(`
      create function refuse() returns trigger language plpgsql as $$
      begin
        if new.title like 'Bad %' then raise exception 'secret words' using errcode = substr(new.title, 5); end if;
        return new;
      end $$;
      create trigger refuse before insert on papers for each row execute function refuse()`);
  });
  afterEach(() => t.db.reset());

  const BAD = ["22003", "22008", "22P05", "22000", "23514", "54000"].map((code) => `Bad ${code}`);
  const all = [...BAD.flatMap((bad, i) => [`Good ${i}`, bad]), "Good 6", "Good 7"];
  const good = all.filter((title) => title.startsWith("Good"));

  test.each([1000, 4, 1])(
    "of an import in batches of %i is rejected with a reason, and all else stays",
    async (batchSize) => {
      const rejected: [string, string][] = [];
      const report = await importItems(
        t.db,
        all.map((title) => ({ record: sourceRecord({ title, location: title }), notes: [] })),
        { batchSize, onRejected: (location, reason) => rejected.push([location, reason]) },
      );
      expect(report).toMatchObject({ read: 14, created: 8, rejected: 6 });
      expect(rejected.map(([location]) => location)).toEqual(BAD);
      for (const [, reason] of rejected) expect(reason).toMatch(/^It .*\.$|^A .* in it .*\.$/);
      const stored = await t.db.run<{ title: string }>("select title from papers order by title");
      expect(stored.map(({ title }) => title)).toEqual(good);
    },
  );

  test("of an upsert is a userError, and all else stays", async () => {
    const token = await signIn(t.db, "ada", [AccessTokenScope.PAPERS_WRITE]);
    const papers = ["Good 1", "Bad 54000", "Good 2"].map((title) => ({ title }));
    const { upsertPapers } = await t.api.data(UPSERT, { papers }, token);
    expect(upsertPapers).toEqual({
      created: 2,
      papers: [{ title: "Good 1" }, { title: "Good 2" }],
      userErrors: [{ path: ["input", "papers", "1"], message: "It is too large to be searched." }],
    });
  });

  test("while it is copied is found, too, whatever is sent behind it", async () => {
    const long = "x".repeat(50_000);
    const items = Array.from({ length: 20 }, (_, i) => sourceRecord({ title: `Good ${i}`, abstract: `${i} ${long}` }));
    items[1] = sourceRecord({ featured: { on: "2026-01-05", at: new Date(-8e15) } });
    const report = await importItems(
      t.db,
      items.map((each) => ({ record: each, notes: [] })),
    );
    expect(report).toMatchObject({ created: 19, rejected: 1 });
  });

  test.each([1, 20])("while it is written, after %i others, leaves no connection waiting", async (count) => {
    const long = "x".repeat(50_000);
    const records = Array.from({ length: count }, () => sourceRecord({ abstract: long }));
    records.push(sourceRecord({ featured: { on: "2026-01-32", at: new Date(Number.NaN) } }));
    const items = records.map((each) => ({ record: each, notes: [] }));
    await expect(importItems(t.db, items)).rejects.toThrow("Invalid time value");
    const copies =
      "select from pg_stat_activity where datname = current_database() and query like 'copy staged%' and state = 'active'";
    expect(await t.db.run(copies)).toEqual([]);
    expect(await importItems(t.db, items.slice(0, -1))).toMatchObject({ created: count });
  });

  test("a failure that is no item's ends the import, and tells from where on it is to be made again", async () => {
    const broken: string[] = [];
    const items = Array.from({ length: 12 }, (_, i) =>
      sourceRecord({ location: `item ${i}`, title: i === 6 ? "Bad 53100" : `Good ${i}` }),
    );
    const importing = importItems(
      t.db,
      items.map((each) => ({ record: each, notes: [] })),
      { batchSize: 4, onBroken: (location) => broken.push(location) },
    );
    await expect(importing).rejects.toThrow("secret words");
    expect(broken).toEqual(["item 5"]);
    expect(await t.db.run("select from papers")).toHaveLength(5);
  });
});

describe("an import whose database fails", () => {
  const t = useDatabase();
  const item = (number: number) => ({
    paper: { id: `2601.${String(number).padStart(5, "0")}`, title: `No. ${number}` },
  });

  test("for want of room ends with one sentence, and goes on from its start when there is room again", async () => {
    await t.db.run(`
      create function fill() returns trigger language plpgsql as $$
      begin
        if new.title = 'No. 7' then raise exception 'could not extend file' using errcode = '53100'; end if;
        return new;
      end $$;
      create trigger fill before insert on papers for each row execute function fill()`);
    const lines = Buffer.from(Array.from({ length: 10 }, (_, i) => JSON.stringify(item(i))).join("\n"));
    const start = () => run("import.main", ["huggingface", "-"], { DATABASE_URL: t.db.url }, lines);
    expect(await mistake(start())).toBe(
      "The database's disk is full. Start the same import again: papers that are already imported stay as they are.",
    );
    await t.db.run("drop trigger fill on papers");
    const again = start();
    expect((await again.ended).code).toBe(0);
    expect(again.output()).toContain("Done: read 10, created 10,");
  });

  test("by going away tells what was merged until then, and the day to go on with", async () => {
    await t.db.reset();
    const merged = async () => (await t.db.run("select from papers")).length;
    const network = await createProxy(t.db.url);
    const source = createServer(async (request, response) => {
      const { searchParams } = new URL(request.url!, "http://localhost");
      if (searchParams.has("p")) return void response.end("[]");
      const day = Number(searchParams.get("date")!.slice(-2));
      if (day === 3) {
        while ((await merged()) < 250) await new Promise((resolve) => setImmediate(resolve));
        await network.goAway();
      }
      response.end(JSON.stringify(Array.from({ length: 200 }, (_, i) => item(day * 1000 + i))));
    });
    await new Promise<void>((resolve) => source.listen(0, "127.0.0.1", resolve));
    const { port } = source.address() as AddressInfo;
    const days = ["--from", "2026-02-01", "--to", "2026-02-09", "--base-url", `http://127.0.0.1:${port}`];
    const importing = run("import.main", ["huggingface", ...days], { DATABASE_URL: network.url });
    const said = await mistake(importing);
    source.close();
    await network.close();
    // The first 250 were merged when the others were still awaited: the last of them are of the second day.
    expect(said).toMatch(
      /^(read 250, .*\n)?The database is unavailable, .*Until then: read 250, created 250, .*Continue with --from 2026-02-02\.$/,
    );
  });
});
