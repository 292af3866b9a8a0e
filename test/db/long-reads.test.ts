import { countLoader } from "../../src/db/loaders";
import { createReader, type Reader } from "../../src/db/pipelined-reader";
import { openRequestDb } from "../../src/db/request-db";
import { shareReads } from "../../src/db/shared-reads";
import { type Statement, sql } from "../../src/db/sql";
import { defaultTimeouts } from "../../src/db/timeouts";
import { startApi, type TestApi } from "../support/api";
import { withReads } from "../support/database";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";

const turn = (key: string, until = Number.POSITIVE_INFINITY) => ({ key, until });

describe("reads that may take long", () => {
  const t = useDatabase();
  let reader: Reader;
  let unlock: () => Promise<void>;
  const begun: string[] = [];
  beforeAll(async () => {
    reader = t.use(createReader(t.db.url, { ...defaultTimeouts, statement: 0, query: 60_000, lock: 0 }));
  });
  beforeEach(async () => {
    begun.length = 0;
    await reader.query(one.long, turn("a neighbour"));
    const holder = await t.db.pool.connect();
    await holder.query("select pg_advisory_lock(1)");
    unlock = async () => {
      await holder.query("select pg_advisory_unlock(1)");
      holder.release();
    };
  });

  /** Waits in the database until it is unlocked. */
  const stuck = sql`select pg_advisory_xact_lock_shared(1)`.long;
  const stick = (key: string, until?: number) => reader.query(stuck, turn(key, until));
  const waiting = async (statements: number) => {
    for (let found = -1; found !== statements; ) {
      const [row] = await t.db.run<{ count: number }>(
        "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
      );
      found = row!.count;
    }
  };
  const one = sql`select 1 as one`;

  test("of one caller take two of their connections, and hold up neither short ones nor another caller", async () => {
    const first = Array.from({ length: 8 }, () => stick("a"));
    await waiting(2);
    for (const planning of ["once", "by cost", "anew"] as const) {
      for (const statement of [one.planned(planning), one.planned(planning).long]) {
        expect(await reader.query(statement, turn("b"))).toEqual([{ one: 1 }]);
      }
      expect(await reader.query(one.planned(planning), turn("a"))).toEqual([{ one: 1 }]);
    }
    await unlock();
    await Promise.all(first);
  });

  test("of who is alone wait behind their own, so that another caller finds connections free", async () => {
    const alone = createReader(t.db.url, { ...defaultTimeouts, statement: 0, query: 60_000, lock: 0 });
    try {
      const held = Array.from({ length: 8 }, () => alone.query(stuck, turn("a")));
      await waiting(2);
      expect(await alone.query(one.long, turn("b"))).toEqual([{ one: 1 }]);
      await unlock();
      await Promise.all(held);
    } finally {
      await alone.close();
    }
  });

  test("take turns, one of each caller, where all of their connections are taken", async () => {
    const held = ["a", "a", "b", "b", "c"].map((key) => stick(key));
    await waiting(5);
    const note = (name: string) => reader.query(one.long, turn(name[0]!)).then(() => begun.push(name));
    await Promise.all(["d1", "d2", "d3", "e1", "e2", "f1"].map(note));
    expect(begun).toEqual(["d1", "d2", "e1", "f1", "d3", "e2"]);
    await unlock();
    await Promise.all(held);
  });

  test("wait as long as their operation has time; then it is told whether its caller or others hold it up", async () => {
    const held = ["a", "a", "b", "b", "c", "c"].map((key) => stick(key));
    await waiting(6);
    const soon = performance.now() + 20;
    await expect(stick("a", soon)).rejects.toMatchObject({
      message: expect.stringContaining("request less at a time"),
      extensions: { code: "RATE_LIMITED", retryAfter: expect.any(Number) },
    });
    await expect(stick("d", soon)).rejects.toMatchObject({
      extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: expect.any(Number) },
    });
    await unlock();
    await Promise.all(held);
  });

  test("of which too many wait are refused to their caller alone", async () => {
    const held = Array.from({ length: 502 }, () => stick("a"));
    await expect(stick("a")).rejects.toMatchObject({ extensions: { code: "RATE_LIMITED" } });
    expect(await reader.query(one.long, turn("b"))).toEqual([{ one: 1 }]);
    await unlock();
    await Promise.all(held);
  });

  test("give their connection back when they fail, or lose it", async () => {
    const wrong = Array.from({ length: 5 }, () => reader.query(sql`select 1 / 0`.long, turn("a")));
    for (const each of await Promise.allSettled(wrong)) expect(each.status).toBe("rejected");
    const held = Array.from({ length: 3 }, () => stick("a"));
    await waiting(2);
    reader.reset();
    const outcomes = await Promise.allSettled([held[0], held[1]]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await unlock();
    await held[2];
    expect(await reader.query(one.long, turn("a"))).toEqual([{ one: 1 }]);
  });

  test("are planned as they say, one after the other on one connection", async () => {
    const mode = sql`select current_setting('plan_cache_mode') as mode`.long;
    const read = async (statement: Statement) => (await reader.query<{ mode: string }>(statement))[0]!.mode;
    for (let i = 0; i < 3; i++) {
      expect(await read(mode.planned("once"))).toBe("force_generic_plan");
      expect(await read(mode)).toBe("auto");
    }
    await unlock();
  });
});

describe("an operation's reads", () => {
  const t = useDatabase();
  let api: TestApi;
  const read: { isLong: boolean; key: string | undefined }[] = [];
  beforeAll(async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Gauss", upvotes: 9, authors: ["Ada"], featured: featured("2026-01-06") }),
    ]);
    api = t.use(
      await startApi(
        withReads(t.db, (statement, by) => {
          read.push({ isLong: statement.isLong, key: by?.key });
          return t.db.query(statement, by);
        }),
      ),
    );
  });

  const laneOf = async (query: string) => {
    read.length = 0;
    await api.data(`{ ${query} }`);
    // Vectors are read into memory, and the model that serves is looked up, by the process itself.
    const own = read.filter(({ key }) => key !== undefined);
    expect(new Set(own.map(({ key }) => key))).toEqual(new Set(["network 127.0.0.1"]));
    return own.some(({ isLong }) => isLong) ? "long" : "short";
  };

  test.each([
    "papers(first: 5) { nodes { title abstract authors { nodes { name } } } pageInfo { hasNextPage } }",
    'feed(on: "2026-01-06") { isFinal previous { key } papers(first: 50) { nodes { title } } }',
    "papers(first: 5) { nodes { relatedPapers { title } } }",
    'paper(arxivId: "2409.04828") { title upvoters { nodes { username } } organization { name } }',
  ])("%s are short ones", async (query) => expect(await laneOf(query)).toBe("short"));

  test.each([
    "papers { totalCount }",
    'papers(filter: { keywords: ["gauss"] }) { nodes { title } }',
    "papers(filter: { minUpvotes: 1 }) { pageInfo { hasNextPage } }",
    'feed(on: "2026-01-06") { papers(orderBy: COMMENTS) { nodes { title } } }',
    'feed(on: "2026-01-06") { papers(filter: { minUpvotes: 1 }) { nodes { title } } }',
    'feed(on: "2026-01-06") { papers { totalCount } }',
    'searchPapers(query: "gauss") { nodes { title } }',
    'searchPapers(query: "gaus") { totalCount edges { highlights { text } } }',
    'searchPapers(query: "gauss", mode: MEANING) { nodes { title } }',
    'authors(name: "ada") { totalCount nodes { name papers { totalCount } } }',
    "papers { nodes { standings { rank } } }",
    "trendingPapers { totalCount nodes { title } }",
    "paperChanges { totalCount }",
    "feeds { totalCount nodes { key } }",
  ])("%s have a long one", async (query) => expect(await laneOf(query)).toBe("long"));

  test("of one kind that may take long are put together for one caller only", async () => {
    const asked: unknown[] = [];
    const statements = withReads(t.db, async (statement) => {
      asked.push(statement.values);
      return [];
    });
    const shared = shareReads(statements);
    const count = (key: string, parent: number) =>
      countLoader<number, null>("counts", openRequestDb(shared, turn(key)), (ids) => sql`select ${ids}`).load({
        parent,
        args: null,
      });
    await Promise.all([count("a", 1), count("a", 2), count("b", 3)]);
    expect(asked).toEqual([[[1, 2]], [[3]]]);
  });
});
