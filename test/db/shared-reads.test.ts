import { defaultOptimizations } from "../../src/config/optimizations";
import type { LiveDb } from "../../src/db/database";
import { KeyedStatement } from "../../src/db/keyed-statement";
import { shareReads } from "../../src/db/shared-reads";
import { sql } from "../../src/db/sql";
import { encodeNodeId } from "../../src/nodes/node-id";
import { startApi, type TestApi } from "../support/api";
import { createTestDatabase } from "../support/database";
import { importRecords, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";

/** A row for each half of each key, so that lists of several lengths come back. */
interface HalfRow {
  parent: number;
  of: number;
}

describe("reads of one cycle of the event loop", () => {
  let asked: (readonly unknown[])[];
  let failure: Error | null;
  let db: LiveDb;
  beforeEach(() => {
    asked = [];
    failure = null;
    const query = async (statement: { values: readonly unknown[] }) => {
      const keys = statement.values[0] as number[];
      asked.push(keys);
      if (failure) throw failure;
      return keys.flatMap((of, i) => Array.from({ length: of % 3 }, (): HalfRow => ({ parent: i + 1, of })));
    };
    db = shareReads({ query, primary: { query } } as unknown as LiveDb);
  });

  const about = (keys: number[], kind = "halves") => new KeyedStatement(kind, keys, (all) => sql`select ${all}`);
  const ask = (keys: number[], kind?: string) => db.query<HalfRow>(about(keys, kind));
  const rows = (...keys: number[]) =>
    keys.flatMap((of, i) => Array.from({ length: of % 3 }, () => ({ parent: i + 1, of })));

  test("are one statement if they are of one kind, and each gets the rows of its own keys", async () => {
    const answers = await Promise.all([ask([1]), ask([2, 3, 4]), ask([3]), ask([4, 4]), ask([])]);
    expect(answers).toEqual([rows(1), rows(2, 3, 4), rows(3), rows(4, 4), []]);
    expect(asked).toEqual([[1, 2, 3, 4, 3, 4, 4]]);
  });

  test("of other kinds, of the primary and of later turns are statements of their own", async () => {
    const answers = await Promise.all([ask([1]), ask([2], "others"), db.primary.query(about([4]))]);
    expect(answers).toEqual([rows(1), rows(2), rows(4)]);
    expect(await ask([1])).toEqual(rows(1));
    expect(asked).toEqual([[1], [2], [4], [1]]);
  });

  test("are put together up to a hundred keys", async () => {
    const many = Array.from({ length: 60 }, (_, i) => i);
    const answers = await Promise.all([ask(many), ask(many), ask([5]), ask([...many, ...many])]);
    expect(answers).toEqual([rows(...many), rows(...many), rows(5), rows(...many, ...many)]);
    expect(asked.map((keys) => keys.length)).toEqual([60, 61, 120]);
  });

  test("fail together, and the next ones do not", async () => {
    failure = new Error("away");
    const outcomes = await Promise.allSettled([ask([1]), ask([2])]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    failure = null;
    expect(await ask([1])).toEqual(rows(1));
  });

  test("are left alone where a statement is not about keys", async () => {
    await Promise.all([db.query(sql`select ${[1]}`), db.query(sql`select ${[1]}`)]);
    expect(asked).toHaveLength(2);
  });
});

describe("a crowd", () => {
  const CROWD = 40;
  const t = useDatabase();
  let api: TestApi;
  beforeAll(async () => {
    await importRecords(
      t.db,
      Array.from({ length: CROWD }, (_, i) => sourceRecord({ title: `Paper ${i}`, authors: ["Ada", `Author ${i}`] })),
    );
    await t.db.run("insert into users (username) select 'user' || i from generate_series(1, 5) i");
    await t.db.run(
      "insert into upvotes (user_id, paper_id) select u.id, p.id from users u, papers p where u.id <= p.id % 6",
    );
  });
  afterEach(() => api.close());

  const QUERY = `query ($id: ID, $first: Int) { paper(id: $id) {
    id title authors { nodes { id name papers(first: $first) { nodes { id title } } } }
    upvoters(first: $first) { totalCount edges { cursor upvotedAt node { id username } } } } }`;

  const askAll = async () => {
    const papers = await t.db.run<{ id: number }>("select id from papers order by id");
    const asked = papers.map(({ id }) => ({ id: encodeNodeId("Paper", id), first: 1 + (id % 2) }));
    return Promise.all(asked.map((variables) => api.data(QUERY, variables)));
  };

  test("is answered like one after the other, by fewer statements", async () => {
    api = await startApi(t.db, { optimizations: { ...defaultOptimizations, sharedReads: false } });
    await askAll();
    t.db.takeStatements();
    const alone = await askAll();
    const statements = t.db.takeStatements().length;
    await api.close();
    api = await startApi(t.db);
    await askAll();
    t.db.takeStatements();
    expect(await askAll()).toEqual(alone);
    expect(t.db.takeStatements().length).toBeLessThan(statements);
  });
});

describe("the id that a row brings", () => {
  test("is the one that is given for its type and key", async () => {
    const db = await createTestDatabase();
    const api = await startApi(db);
    for (const key of [1, 23, 456, 7890, 12_345, 2_147_483_647]) {
      await db.run(`insert into authors (id, key, name) values (${key}, 'k${key}', 'Name')`);
      const id = encodeNodeId("Author", key);
      expect(await api.data("query ($id: ID!) { author(id: $id) { id } }", { id })).toEqual({ author: { id } });
    }
    await api.close();
    await db.close();
  });
});
