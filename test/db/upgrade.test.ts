import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "pg";
import { migrate } from "../../src/db/migrate";
import { clientConfig, defaultTimeouts } from "../../src/db/timeouts";
import { createPaperReader } from "../../src/papers/paper-reader";
import { root } from "../../src/root";
import { castUpvotes, countMismatches } from "../../src/upvotes/upvote.service";
import { withDataSource } from "../support/data-source";
import { contractionsIn } from "../support/migration-rules";
import { useDatabase } from "../support/use-api";

/** The last migration of the version before: all newer ones only expand. Moved up when that is in use nowhere. */
const BASE = 1790420000000;
/** Migrations that take away what no version in use needs any more, by the names of their files. */
const CONTRACTING: string[] = [];

const folder = path.join(root, "migrations");
const newer = readdirSync(folder).filter((file) => Number.parseInt(file, 10) > BASE);
const expanding = newer.filter((file) => !CONTRACTING.includes(file));
const upOf = (statements: string) => `async up(runner) { await runner.query(\`${statements}\`); } async down() {}`;

describe("a migration", () => {
  test.each(expanding)("%s leaves the version before all that it uses", (file) => {
    expect(contractionsIn(readFileSync(path.join(folder, file), "utf8"))).toEqual([]);
  });

  test.each([
    ["drop table upvotes", "leave it in place"],
    ["alter table papers drop column title", "leave the column in place"],
    ["alter table papers add column a text, drop title", "leave the column in place"],
    ["alter table papers rename to articles", "beside the old one"],
    ["alter table papers rename column title to name", "beside the old one"],
    ["alter table papers alter column abstract set not null", "let the code refuse null"],
    ["alter table papers add column pages integer not null", "give the column a default"],
    ["alter table papers alter column title type varchar(10)", "a column of the new type"],
    ["alter table papers alter title set data type varchar(10)", "a column of the new type"],
    ["create index i on papers (id); -- why\n drop function fold(text)", "leave it in place"],
  ])("is refused that says: %s", (statements, advice) => {
    expect(contractionsIn(upOf(statements))).toEqual([expect.stringContaining(advice)]);
  });

  test.each([
    "create table notes (id integer primary key, body text not null); alter table notes alter body set not null",
    "alter table papers add column pages integer, add column language text not null default 'en'",
    "alter table papers add column pages numeric(5, 0), add constraint pages_check check (pages is not null)",
    "alter table papers alter column title drop not null, drop constraint papers_counts_check",
    "-- drop table papers\n drop index papers_topic_idx; insert into papers (title) values ('drop table')",
  ])("may say: %s", (statements) => {
    expect(contractionsIn(upOf(statements))).toEqual([]);
  });

  test("makes an index of a large table beside votes, which would all wait until it is there", () => {
    const holding = newer.filter((file) => {
      const [up] = readFileSync(path.join(folder, file), "utf8").split("async down");
      return /create (unique )?index \w+ on (papers|upvotes|authorships|feed_ranks)\b/.test(up!);
    });
    expect(holding).toEqual([]);
  });

  test("may take away anything in its down", () => {
    const source = "async up(runner) { } async down(runner) { await runner.query('drop table papers'); }";
    expect(contractionsIn(source)).toEqual([]);
  });
});

describe("an upgrade", () => {
  const t = useDatabase();
  let old: Client;
  beforeAll(async () => {
    await withDataSource(t.db.url, async (dataSource) => {
      for (const _ of newer) await dataSource.undoLastMigration({ transaction: "each" });
    });
    await t.db.run(`
      insert into papers (title, title_key, search)
        select 'Paper ' || i, 'paper ' || i, paper_search('Paper ' || i, null, '{}', null) from generate_series(1, 5000) i`);
    await t.db.run("insert into users (username) select 'user' || i from generate_series(1, 5000) i");
    // With the time-outs of the API: a lock that is held too long fails the vote.
    old = new Client(clientConfig(t.db.url, defaultTimeouts));
    t.use({ close: () => old.end() });
    await old.connect();
  });

  let votes = 0;
  /** A vote as the version before cast it. */
  const vote = async () => {
    votes++;
    const { rows } = await old.query(
      `with cast_now as (
        insert into upvotes (user_id, paper_id) values ($1, 1 + $1 % 5000) on conflict do nothing returning paper_id
      )
      update papers p set upvote_count = p.upvote_count + 1 from cast_now c where p.id = c.paper_id returning p.id`,
      [votes],
    );
    expect(rows).toHaveLength(1);
  };
  const voteUntil = async (isDone: () => boolean) => {
    do await vote();
    while (!isDone());
  };

  test("lets processes of the version before cast votes all the while, also while it waits for a backup to end, and loses none", async () => {
    await voteUntil(() => votes === 20);
    const backup = await t.db.pool.connect();
    await backup.query("begin; select from papers limit 1");
    let isMigrated = false;
    const migrating = migrate(t.db.url).finally(() => {
      isMigrated = true;
    });
    // Longer than a vote may wait for a lock.
    const began = performance.now();
    await voteUntil(() => performance.now() > began + 2 * defaultTimeouts.lock);
    expect(isMigrated).toBe(false);
    await backup.query("commit");
    backup.release();
    const [done] = await Promise.all([migrating, voteUntil(() => isMigrated)]);
    expect(done).toBe(newer.length);
    const during = votes;
    await voteUntil(() => votes === during + 20);
    expect(await t.db.run("select count(*)::int as count from upvotes")).toEqual([{ count: votes }]);
    expect(await countMismatches(t.db)).toBe(0);
  });

  test("lets the new version go on with what the one before has written", async () => {
    const [{ user, paper }] = (await t.db.run("select user_id as user, paper_id as paper from upvotes limit 1")) as [
      { user: number; paper: number },
    ];
    expect((await castUpvotes(t.db, createPaperReader(t.db), [user, 5000], paper)).userIds).toEqual(new Set([5000]));
    expect(await countMismatches(t.db)).toBe(0);
  });
});
