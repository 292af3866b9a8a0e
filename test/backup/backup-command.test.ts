import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { backUp } from "../../src/backup/backup.service";
import { restore } from "../../src/backup/restore.service";
import { type Database, openDatabase } from "../../src/db/database";
import { migrate } from "../../src/db/migrate";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { createPaperReader } from "../../src/papers/paper-reader";
import { root } from "../../src/root";
import { castUpvotes, countMismatches } from "../../src/upvotes/upvote.service";
import { ensureUser } from "../../src/users/user.service";
import { withDataSource } from "../support/data-source";
import { admin, serverUrl, TEMPLATE } from "../support/database";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { createTestCluster, describeWithPostgres, postgresNotice } from "../support/postgres";
import { temporaryFolder } from "../support/processes";
import { fillTables } from "../support/rows";
import { useDatabase } from "../support/use-api";

jest.setTimeout(60_000);

describe("a backup by npm run backup", () => {
  const t = useDatabase();
  let tables: string[];
  let folder: string;
  let file: string;
  let remove: () => Promise<void>;
  const made: string[] = [];
  let changes = 0;
  beforeAll(async () => {
    ({ folder, remove } = await temporaryFolder());
    file = path.join(folder, "backup.gz");
    await importRecords(
      t.db,
      Array.from({ length: 30 }, (_, i) =>
        sourceRecord({ abstract: `${i} \\. \t \n \\N`, featured: featured("2026-01-06") }),
      ),
    );
    await signIn(t.db, "ada");
    await rankFeeds(t.db, new Date("2026-02-01"));
    tables = await fillTables(t.db);
    await backUp(t.db, file);
  });
  afterAll(async () => {
    for (const name of made) await admin(`drop database if exists ${name} with (force)`);
    await remove();
  });

  /** An empty database to which nobody is connected. */
  const createEmpty = async () => {
    const name = `daily_papers_test_restored_${process.pid}_${made.length}`;
    made.push(name);
    await admin(`create database ${name} template ${TEMPLATE} strategy file_copy`);
    return serverUrl(name);
  };
  const withDb = async <T>(url: string, work: (other: Database) => Promise<T>): Promise<T> => {
    const other = await openDatabase(url);
    return work(other).finally(other.close);
  };
  /** Of each table, all that its rows hold but numbers of transactions, which are of a cluster. */
  const rowsOf = async ({ pool }: Pick<Database, "pool">) => {
    const read = async (table: string) =>
      (
        await pool.query(
          `select (to_jsonb(t) - '{written_in,requested_in,deleted_in}'::text[])::text as row from ${table} t order by 1`,
        )
      ).rows;
    return Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await read(table)])));
  };
  const changed = async (change: (text: string) => string) => {
    const other = path.join(folder, `changed-${changes++}.gz`);
    await writeFile(other, gzipSync(change(gunzipSync(await readFile(file)).toString())));
    return other;
  };

  test("is restored into an empty database: every row of every table, and new rows get new ids", async () => {
    const url = await createEmpty();
    await restore(url, file, { replace: false });
    await withDb(url, async (restored) => {
      const rows = await rowsOf(restored);
      for (const table of tables) expect([table, rows[table].length]).not.toEqual([table, 0]);
      expect(rows).toEqual(await rowsOf(t.db));
      // So that whoever reads vectors by the transaction that wrote them reads them all.
      const written = "select distinct written_in from paper_vectors";
      expect((await restored.pool.query(written)).rows).toHaveLength(1);
      expect((await restored.pool.query(written)).rows).not.toEqual(await t.db.run(written));
      await importRecords(restored, [sourceRecord({ title: "new" })]);
      await ensureUser(restored, "grace");
      const { rows: ids } = await restored.pool.query("select id from papers where title = 'new'");
      expect(ids[0].id).toBeGreaterThan(30);
    });
    expect(await migrate(url)).toBe(0);
  });

  test("is for its owner alone, and has its name only when it is whole", async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(backUp(t.db, path.join(folder, "none", "backup.gz"))).rejects.toThrow("cannot be written (ENOENT).");
  });

  test("is of one moment, though votes come all the while", async () => {
    const voted = path.join(folder, "voted.gz");
    const ids = (await t.db.run<{ id: number }>("select id from papers order by id")).map(({ id }) => id);
    const users = await Promise.all(Array.from({ length: 10 }, (_, i) => ensureUser(t.db, `voter${i}`)));
    let isOver = false;
    const voting = users.map(async ({ rowId }) => {
      for (const id of ids) if (!isOver) await castUpvotes(t.db, createPaperReader(t.db), [rowId], id);
    });
    await backUp(t.db, voted);
    isOver = true;
    await Promise.all(voting);
    const url = await createEmpty();
    await restore(url, voted, { replace: false });
    const consistent = (other: Database) => Promise.all([countMismatches(other), countMismatches(t.db)]);
    const [restored, live] = await withDb(url, consistent);
    expect(restored).toBe(live);
  });

  test("replaces what a database holds only when that is asked for, and only when nobody else is connected", async () => {
    const url = await createEmpty();
    await withDb(url, (other) => signIn(other, "grace"));
    await expect(restore(url, file, { replace: false })).rejects.toThrow("add --replace");
    await withDb(url, async (other) => {
      await other.pool.query("select 1");
      await expect(restore(url, file, { replace: true })).rejects.toThrow("stop the API and the workers");
    });
    await restore(url, file, { replace: true });
    await withDb(url, async (other) => {
      const { rows } = await other.pool.query("select username from users order by id");
      expect(rows[0]).toEqual({ username: "ada" });
      expect(rows).not.toContainEqual({ username: "grace" });
    });
  });

  test("that is cut off, damaged or of something else changes nothing, and the sentence says why", async () => {
    const url = await createEmpty();
    await withDb(url, (other) => signIn(other, "grace"));
    const before = await withDb(url, rowsOf);
    const whole = await readFile(file);
    const cut = path.join(folder, "cut.gz");
    await writeFile(cut, whole.subarray(0, whole.length - 100));
    const broken: [string | Promise<string>, RegExp][] = [
      [path.join(folder, "none.gz"), /there is no such file\.$/],
      [folder, /it is a folder\.$/],
      [cut, /it is not a complete backup/],
      [path.join(root, "package.json"), /it is not a complete backup/],
      [changed((text) => text.replace("-- end\n", "")), /it is cut off\.$/],
      [changed((text) => text.replace("backup 1", "backup 9")), /is not a backup made by npm run backup\.$/],
      [changed((text) => text.replace("CreatePapers1790", "CreatePosters9990")), /made by a newer version/],
      [changed((text) => text.replace(/^copy "words".*\n/m, "$&twice\ntwice\n")), /duplicate key/],
      [changed((text) => text.replace("-- end", "drop table papers;\n-- end")), /contains "drop table papers;"/],
    ];
    for (const [given, reason] of broken)
      await expect(restore(url, await given, { replace: true })).rejects.toThrow(reason);
    expect(await withDb(url, rowsOf)).toEqual(before);
  });

  test("of an older version is restored as it was, and then brought up to date", async () => {
    const old = await createEmpty();
    await restore(old, file, { replace: false });
    await withDataSource(old, (dataSource) => dataSource.undoLastMigration({ transaction: "each" }));
    const oldFile = path.join(folder, "old.gz");
    await withDb(old, (other) => backUp(other, oldFile));
    const url = await createEmpty();
    await restore(url, oldFile, { replace: false });
    expect(await migrate(url)).toBe(0);
    const papers = ({ pool }: Database) =>
      pool.query("select id, title, abstract, upvote_count from papers order by id");
    expect((await withDb(url, papers)).rows).toEqual((await withDb(old, papers)).rows);
  });

  describeWithPostgres(`of the embedded PostgreSQL${postgresNotice}`, () => {
    test("is restored into one's own, of another version", async () => {
      const cluster = await createTestCluster();
      await cluster.createDatabase("papers");
      await migrate(cluster.url("papers"));
      await restore(cluster.url("papers"), file, { replace: false });
      const [here, there] = [await rowsOf(t.db), await withDb(cluster.url("papers"), rowsOf)];
      for (const table of tables.filter((name) => name !== "upvotes")) expect(there[table].length).toBeGreaterThan(0);
      expect(there.authors).toEqual(here.authors);
      await cluster.close();
    });
  });
});
