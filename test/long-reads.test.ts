import { countLoader } from "../src/db/loaders";
import { createReader, type Reader } from "../src/db/reader";
import { openSession } from "../src/db/session";
import { shareReads } from "../src/db/shared-reads";
import { type Statement, sql } from "../src/db/sql";
import { defaultTimeouts } from "../src/db/timeouts";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase, withReads } from "./support/database";
import { featured, importLooks, look } from "./support/factories";

const caller = (key: string, until = Number.POSITIVE_INFINITY) => ({ key, until });

describe("reads that may take long", () => {
  let db: TestDatabase;
  let reader: Reader;
  let unlock: () => Promise<void>;
  const begun: string[] = [];
  beforeAll(async () => {
    db = await createTestDatabase();
    reader = createReader(db.url, { ...defaultTimeouts, statement: 0, query: 60_000, lock: 0 });
  });
  beforeEach(async () => {
    begun.length = 0;
    const holder = await db.pool.connect();
    await holder.query("select pg_advisory_lock(1)");
    unlock = async () => {
      await holder.query("select pg_advisory_unlock(1)");
      holder.release();
    };
  });
  afterAll(async () => {
    await reader.close();
    await db.close();
  });

  /** Waits in the database until it is unlocked. */
  const stuck = sql`select pg_advisory_xact_lock_shared(1)`.long;
  const stick = (key: string, until?: number) => reader.read(stuck, caller(key, until));
  const waiting = async (statements: number) => {
    for (let found = -1; found !== statements; ) {
      const [row] = await db.run<{ count: number }>(
        "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
      );
      found = row!.count;
    }
  };
  const one = sql`select 1 as one`;

  test("of one caller take half of their connections, and hold up neither short ones nor another caller", async () => {
    const first = Array.from({ length: 8 }, () => stick("a"));
    await waiting(2);
    for (const planning of ["once", "by cost", "anew"] as const) {
      for (const statement of [one.planned(planning), one.planned(planning).long]) {
        expect(await reader.read(statement, caller("b"))).toEqual([{ one: 1 }]);
      }
      expect(await reader.read(one.planned(planning), caller("a"))).toEqual([{ one: 1 }]);
    }
    await unlock();
    await Promise.all(first);
  });

  test("take turns, one of each caller, where all of their connections are taken", async () => {
    const held = ["a", "a", "b"].map((key) => stick(key));
    await waiting(3);
    const note = (name: string) => reader.read(one.long, caller(name[0]!)).then(() => begun.push(name));
    await Promise.all(["c1", "c2", "c3", "d1", "d2", "e1"].map(note));
    expect(begun).toEqual(["c1", "c2", "d1", "e1", "c3", "d2"]);
    await unlock();
    await Promise.all(held);
  });

  test("wait as long as their operation has time; then it is told whether its caller or others hold it up", async () => {
    const held = ["a", "a", "b", "b"].map((key) => stick(key));
    await waiting(4);
    const soon = performance.now() + 20;
    await expect(stick("a", soon)).rejects.toMatchObject({
      message: expect.stringContaining("ask for less at once"),
      extensions: { code: "RATE_LIMITED", retryAfter: expect.any(Number) },
    });
    await expect(stick("c", soon)).rejects.toMatchObject({
      extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: expect.any(Number) },
    });
    await unlock();
    await Promise.all(held);
  });

  test("of which too many wait are refused to their caller alone", async () => {
    const held = Array.from({ length: 502 }, () => stick("a"));
    await expect(stick("a")).rejects.toMatchObject({ extensions: { code: "RATE_LIMITED" } });
    expect(await reader.read(one.long, caller("b"))).toEqual([{ one: 1 }]);
    await unlock();
    await Promise.all(held);
  });

  test("give their connection back when they fail, or lose it", async () => {
    const wrong = Array.from({ length: 5 }, () => reader.read(sql`select 1 / 0`.long, caller("a")));
    for (const each of await Promise.allSettled(wrong)) expect(each.status).toBe("rejected");
    const held = Array.from({ length: 3 }, () => stick("a"));
    await waiting(2);
    reader.reset();
    const outcomes = await Promise.allSettled([held[0], held[1]]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await unlock();
    await held[2];
    expect(await reader.read(one.long, caller("a"))).toEqual([{ one: 1 }]);
  });

  test("are planned as they say, one after the other on one connection", async () => {
    const mode = sql`select current_setting('plan_cache_mode') as mode`.long;
    const read = async (statement: Statement) => (await reader.read<{ mode: string }>(statement))[0]!.mode;
    for (let i = 0; i < 3; i++) {
      expect(await read(mode.planned("once"))).toBe("force_generic_plan");
      expect(await read(mode)).toBe("auto");
    }
    await unlock();
  });
});

describe("an operation's reads", () => {
  let db: TestDatabase;
  let api: TestApi;
  const read: { isLong: boolean; key: string | undefined }[] = [];
  beforeAll(async () => {
    db = await createTestDatabase();
    await importLooks(db, [look({ title: "Gauss", upvotes: 9, authors: ["Ada"], featured: featured("2026-01-06") })]);
    api = await startApi(
      withReads(db, (statement, by) => {
        read.push({ isLong: statement.isLong, key: by?.key });
        return db.read(statement, by);
      }),
    );
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const laneOf = async (query: string) => {
    read.length = 0;
    await api.data(`{ ${query} }`);
    expect(new Set(read.map(({ key }) => key))).toEqual(new Set(["network 127.0.0.1"]));
    return read.some(({ isLong }) => isLong) ? "long" : "short";
  };

  test.each([
    "papers(first: 5) { nodes { title abstract authors { nodes { name } } } pageInfo { hasNextPage } }",
    'feed(on: "2026-01-06") { isFinal previous { key } papers(first: 50) { nodes { title } } }',
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
    'authors(name: "ada") { totalCount nodes { name papers { totalCount } } }',
    "papers { nodes { relatedPapers { title } } }",
    "papers { nodes { standings { rank } } }",
    "trendingPapers { totalCount nodes { title } }",
    "paperChanges { totalCount }",
    "feeds { totalCount nodes { key } }",
  ])("%s have a long one", async (query) => expect(await laneOf(query)).toBe("long"));

  test("of one kind that may take long are put together for one caller only", async () => {
    const asked: unknown[] = [];
    const statements = withReads(db, async (statement) => {
      asked.push(statement.values);
      return [];
    });
    const shared = shareReads(statements);
    const count = (key: string, parent: number) =>
      countLoader<number, null>("counts", openSession(shared, caller(key)), (ids) => sql`select ${ids}`).load({
        parent,
        args: null,
      });
    await Promise.all([count("a", 1), count("a", 2), count("b", 3)]);
    expect(asked).toEqual([[[1, 2]], [[3]]]);
  });
});
