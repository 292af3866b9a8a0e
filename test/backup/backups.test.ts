import path from "node:path";
import { connect } from "../../src/db/connect";
import { type Database, openDatabase } from "../../src/db/database";
import { migrate } from "../../src/db/migrate";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { loadSample } from "../../src/ingest/sample";
import { countMismatches } from "../../src/upvotes/upvote.service";
import { startApi, type TestApi } from "../support/api";
import { signIn } from "../support/factories";
import { createTestCluster, describeWithPostgres, postgresNotice, type TestCluster } from "../support/postgres";

jest.setTimeout(60_000);

const VOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";
const STATE = `query ($after: String) {
  papers { totalCount }
  feed(on: "2025-11-05") { papers(first: 5, after: $after) {
    totalCount pageInfo { endCursor } edges { rank cursor node { id title upvoteCount authors { nodes { name } } } } } }
  searchPapers(query: "vision", first: 3) { totalCount nodes { title } }
  viewer { username upvotedPapers { totalCount nodes { title } } }
}`;
const CHANGES =
  "query ($after: String) { paperChanges(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }";

describeWithPostgres(`a backup${postgresNotice}`, () => {
  let cluster: TestCluster;
  let token: string;
  /** Papers of the feed's first page. */
  let ids: string[];
  /** Where a client stood in the feed, and in the changes, when the backup was made. */
  let feedCursor: string;
  let changesCursor: string;
  const live = {} as { db: Database; api: TestApi };
  const restored = {} as { db: Database; api: TestApi };

  beforeAll(async () => {
    cluster = await createTestCluster();
    await cluster.createDatabase("live");
    live.db = await connect({ databaseUrl: cluster.url("live"), dataDir: cluster.folder, log: () => {} });
    await loadSample(live.db, () => {});
    await rankFeeds(live.db, new Date());
    live.api = await startApi(live.db);
    token = await signIn(live.db, "ada");
    const { edges, pageInfo } = (await live.api.data(STATE)).feed.papers;
    ids = edges.map(({ node }: { node: { id: string } }) => node.id);
    feedCursor = pageInfo.endCursor;
    for (const id of ids.slice(0, 3)) await live.api.data(VOTE, { id }, token);
    changesCursor = await readChanges(live.api);

    const file = path.join(cluster.folder, "backup");
    await cluster.run("pg_dump", ["--format=custom", `--file=${file}`, cluster.url("live")]);
    await cluster.createDatabase("restored");
    await cluster.run("pg_restore", ["--exit-on-error", `--dbname=${cluster.url("restored")}`, file]);
    restored.db = await openDatabase(cluster.url("restored"));
    restored.api = await startApi(restored.db);
  });
  afterAll(async () => {
    await Promise.all([live.api?.close(), restored.api?.close()]);
    await Promise.all([live.db?.close(), restored.db?.close()]);
    await cluster.close();
  });

  /** Reads all changes there are, as a client that keeps a copy; gives its cursor. */
  async function readChanges(api: TestApi): Promise<string> {
    let cursor: string | null = null;
    for (;;) {
      const page: { hasNextPage: boolean; endCursor: string } = (await api.data(CHANGES, { after: cursor }))
        .paperChanges.pageInfo;
      cursor = page.endCursor;
      if (!page.hasNextPage) return cursor;
    }
  }
  const rowsOf = async ({ db }: { db: Database }) => {
    const { rows: tables } = await db.pool.query(
      "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1",
    );
    const counted = tables.map(async ({ name }: { name: string }) => {
      const { rows } = await db.pool.query(`select count(*)::int as count from ${name}`);
      return [name, rows[0].count];
    });
    return Object.fromEntries(await Promise.all(counted));
  };

  test("leaves no migration to do, and every row is there", async () => {
    expect(await migrate(cluster.url("restored"))).toBe(0);
    const rows = await rowsOf(restored);
    expect(rows).toEqual(await rowsOf(live));
    expect(rows).toMatchObject({ papers: 626, upvotes: 3 });
    expect(await countMismatches(restored.db)).toBe(0);
  });

  test("gives the same answers, to the same access tokens, and cursors from before go on", async () => {
    for (const after of [null, feedCursor]) {
      const answer = await restored.api.data(STATE, { after }, token);
      expect(answer).toEqual(await live.api.data(STATE, { after }, token));
      expect(answer.feed.papers.edges).toHaveLength(5);
    }
  });

  test("takes new votes; a client that follows the changes is told to begin again, and then hears of them and of nothing twice", async () => {
    const { errors } = await restored.api.ask(CHANGES, { after: changesCursor });
    expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", argument: "after" } });
    const cursor = await readChanges(restored.api);
    const changedSince = async () =>
      (await restored.api.data(CHANGES, { after: cursor })).paperChanges.nodes.map(({ id }: { id: string }) => id);
    expect(await changedSince()).toEqual([]);
    const [first, , , , last] = ids;
    expect((await restored.api.data(VOTE, { id: first }, token)).upvotePaper).toEqual({ changed: false });
    expect((await restored.api.data(VOTE, { id: last }, token)).upvotePaper).toEqual({ changed: true });
    expect(await changedSince()).toEqual([last]);
    expect(await countMismatches(restored.db)).toBe(0);
  });
});
