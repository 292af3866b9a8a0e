import { readFile } from "node:fs/promises";
import { createServer, connect as dial } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { backUp } from "../../src/backup/backup.service";
import { connect } from "../../src/db/connect";
import { openDatabase } from "../../src/db/database";
import { migrate } from "../../src/db/migrate";
import { sql } from "../../src/db/sql";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { startApi, type TestApi } from "../support/api";
import { admin, createTestDatabase, serverUrl, type TestDatabase } from "../support/database";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { temporaryFolder } from "../support/processes";

/** As an administrator may have set them, for the server, for a database or for a role; each did harm, or could. */
const ODD: Record<string, string> = {
  datestyle: "SQL, DMY",
  intervalstyle: "iso_8601",
  extra_float_digits: "-15",
  bytea_output: "escape",
  array_nulls: "off",
  standard_conforming_strings: "off",
  timezone: "Asia/Kathmandu",
  default_transaction_isolation: "serializable",
  plan_cache_mode: "force_generic_plan",
  gin_fuzzy_search_limit: "1",
  "pg_trgm.word_similarity_threshold": "1",
  "pg_trgm.similarity_threshold": "1",
  lc_numeric: "C",
  default_text_search_config: "pg_catalog.german",
  lock_timeout: "1",
  statement_timeout: "100",
  idle_in_transaction_session_timeout: "100",
  idle_session_timeout: "100",
  transaction_timeout: "100",
  quote_all_identifiers: "on",
};

const AT = new Date("2026-01-06T09:30:00.500Z");
const LOOKS = ["Attention is enough", "Diffusion of words", "Learning to vote"].map((title, i) =>
  sourceRecord({
    title,
    arxivId: `2601.0000${i}`,
    observedAt: AT,
    upvotes: 7 * i,
    featured: featured("2026-01-06"),
    abstract: `It's "a\\b" ${i}.`,
  }),
);
const READS = [
  "{ papers(first: 2, orderBy: { field: PUBLISHED_ON }) { totalCount nodes { title publishedOn featuredOn abstract } pageInfo { endCursor } } }",
  '{ papers(first: 2, filter: { featuredFrom: "2026-01-06", minUpvotes: 7 }) { nodes { title upvoteCount } } }',
  '{ feed(on: "2026-01-06") { key isFinal papers(first: 2) { edges { rank cursor node { title } } } } }',
  "{ trendingPapers(window: QUARTER, first: 2) { edges { rank cursor node { title } } } }",
  '{ searchPapers(query: "atention") { nodes { title } } }',
  '{ searchPapers(query: "words or vote or attention") { edges { score node { title } } } }',
];

/** A pooler as PgBouncer is with ignore_startup_parameters = options: what a session is told does not get through. */
async function createPooler(databaseUrl: string): Promise<{ url: string; close: () => void }> {
  const url = new URL(databaseUrl);
  const target = Number(url.port || 5432);
  const server = createServer((near) => {
    const far = dial(target, url.hostname);
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.once("data", (first) => {
      const words = first.toString("latin1", 8).split("\0");
      const at = words.indexOf("options");
      words.splice(at, 2);
      const body = Buffer.from(words.join("\0"), "latin1");
      const head = Buffer.from(first.subarray(0, 8));
      head.writeInt32BE(body.length + 8);
      far.write(Buffer.concat([head, body]));
      near.pipe(far);
    });
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as { port: number }).port);
  return { url: url.toString(), close: () => server.close() };
}

test("a pooler that keeps back what sessions are told is refused, with a sentence that says what would be right", async () => {
  const db = await createTestDatabase();
  const pooler = await createPooler(db.url);
  await expect(connect({ databaseUrl: pooler.url, dataDir: "" })).rejects.toThrow(
    /^DATABASE_URL: .* is behind a pooler, such as PgBouncer, .*; connect to PostgreSQL itself\.$/,
  );
  pooler.close();
  await db.close();
});

describe("a server with odd defaults", () => {
  let plain: { db: TestDatabase; api: TestApi };
  let odd: { db: TestDatabase; api: TestApi };
  const open = async (setUp: (name: string) => Promise<void>) => {
    const db = await createTestDatabase();
    await setUp(new URL(db.url).pathname.slice(1));
    return { db, api: await startApi(db) };
  };
  beforeAll(async () => {
    plain = await open(async () => {});
    odd = await open(async (name) => {
      for (const [setting, value] of Object.entries(ODD))
        await admin(`alter database ${name} set ${setting} = '${value}'`);
    });
    for (const { db } of [plain, odd]) {
      await importRecords(db, LOOKS);
      await db.run("update papers set created_at = $1, updated_at = $1", [AT]);
      await rankFeeds(db, new Date("2026-01-09T00:00:00Z"));
    }
  });
  afterAll(async () => {
    for (const { db, api } of [plain, odd]) {
      await api.close();
      await db.close();
    }
  });

  test.each(READS)("gives the same answer to %s", async (query) => {
    const answer = await odd.api.ask(query);
    expect(answer.errors).toBeUndefined();
    expect(answer).toEqual(await plain.api.ask(query));
  });

  test("gives cursors that go on, of every order and of the changes", async () => {
    for (const list of [
      "papers(first: 1, orderBy: { field: UPDATED_AT }",
      'searchPapers(query: "words or vote or attention", first: 1',
      "paperChanges(first: 1",
    ]) {
      const page = `query ($after: String) { page: ${list}, after: $after) { nodes { title } pageInfo { endCursor } } }`;
      const titles: string[] = [];
      for (let after: string | null = null; ; ) {
        const { nodes, pageInfo }: { nodes: { title: string }[]; pageInfo: { endCursor: string } } = (
          await odd.api.data(page, { after })
        ).page;
        if (nodes.length === 0) break;
        titles.push(nodes[0]!.title);
        after = pageInfo.endCursor;
      }
      expect(new Set(titles).size).toBe(titles.length);
      expect(titles.length).toBeGreaterThan(1);
    }
  });

  test("takes votes, and what may take its time is not cut short", async () => {
    const token = await signIn(odd.db, "ada");
    const { nodes } = (await odd.api.data("{ papers { nodes { id } } }")).papers;
    const vote = `mutation { upvotePaper(input: { paperId: "${nodes[0].id}" }) { changed } }`;
    expect(await odd.api.data(vote, {}, token)).toEqual({ upvotePaper: { changed: true } });
    const slow = sql`select pg_sleep(0.15)::text as slept`;
    for (const read of [odd.db.query(slow), odd.db.query(slow.long), odd.db.write(slow)]) {
      expect(await read).toEqual([{ slept: "" }]);
    }
    await odd.db.bulk(async (tx) => {
      await tx.query(sql`select pg_sleep(0.15)`);
      await sleep(150);
      expect(await tx.query(sql`select current_setting('transaction_isolation') as isolation`)).toEqual([
        { isolation: "read committed" },
      ]);
    });
  });

  test("is backed up", async () => {
    const { folder, remove } = await temporaryFolder();
    await backUp(odd.db, path.join(folder, "papers.gz"));
    const text = gunzipSync(await readFile(path.join(folder, "papers.gz"))).toString();
    expect(text).toContain("Attention is enough");
    await remove();
  });

  test("is migrated from nothing", async () => {
    const name = `daily_papers_test_odd_${process.pid}`;
    await admin(`create database ${name}`);
    for (const [setting, value] of Object.entries(ODD))
      await admin(`alter database ${name} set ${setting} = '${value}'`);
    expect(await migrate(serverUrl(name))).toBeGreaterThan(10);
    await admin(`drop database ${name} with (force)`);
  });

  test("may be one that the URL asks for: our settings come after, others stay", async () => {
    const url = new URL(odd.db.url);
    url.searchParams.set("options", "-c datestyle=German -c timezone=Asia/Tokyo -c search_path=public,pg_temp");
    const db = await openDatabase(url.toString());
    const asked = sql`select timestamptz '2026-01-06 09:30:00.5Z'::text as at, current_setting('search_path') as path, 0.1::float8 + 0.2 as sum`;
    for (const rows of [await db.query(asked), await db.write(asked), await db.bulk((tx) => tx.query(asked))]) {
      expect(rows).toEqual([{ at: "2026-01-06 09:30:00.5+00", path: "public,pg_temp", sum: 0.1 + 0.2 }]);
    }
    await db.close();
  });
});
