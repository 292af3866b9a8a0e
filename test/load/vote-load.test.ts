import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../../src/db/connect";
import type { Database } from "../../src/db/database";
import { importRecords, sourceRecord } from "../support/factories";
import { addressOf, ask, type Running, run, serverPid, temporaryFolder } from "../support/processes";

jest.setTimeout(120_000);

/** `npm run soak` asks for the whole crowd, `npm test` for a part of it. */
const USERS = process.env.SOAK ? 1000 : 12;

describe(`${USERS} voters over two processes on one database`, () => {
  let db: Database;
  let apis: Running[];
  let addresses: string[];
  let dataDir: string;
  let remove: () => Promise<void>;
  let tokens: string[];

  beforeAll(async () => {
    const temporary = await temporaryFolder();
    ({ folder: dataDir, remove } = temporary);
    // The crowd comes from one address.
    const env = { DATA_DIR: temporary.folder, MAX_CONNECTIONS_PER_ADDRESS: "1000", MAX_WAITING_OPERATIONS: "1000" };
    db = await connect({ databaseUrl: undefined, dataDir: temporary.folder, log: () => {} });
    // Where there are papers no process loads the sample.
    await importRecords(
      db,
      Array.from({ length: 8 }, () => sourceRecord()),
    );
    apis = [run("api.main", [], env), run("api.main", [], env)];
    addresses = await Promise.all(apis.map(addressOf));
    tokens = Array.from({ length: USERS }, (_, i) => `dp_secret_of_voter_${i}`);
    await db.pool.query(
      `with voters as (insert into users (username) select 'voter' || i from generate_series(1, $1) i returning id),
        numbered as (select id, row_number() over (order by id) as n from voters)
       insert into access_tokens (user_id, name, scopes, secret_hash)
       select id, 'load', '{UPVOTES_WRITE}', ($2::bytea[])[n] from numbered`,
      [USERS, tokens.map((token) => createHash("sha256").update(token).digest())],
    );
  });
  afterAll(async () => {
    await Promise.all(apis.map((api) => api.close()));
    await db.close();
    await remove();
  });

  const paperId = (key: number) => Buffer.from(`Paper:${key}`).toString("base64url");
  const upvote = (address: string, key: number, token: string) =>
    ask(
      address,
      `mutation { upvotePaper(input: { paperId: "${paperId(key)}" }) { changed paper { upvoteCount } userErrors { code } } }`,
      token,
    );
  const stored = async (key: number) => {
    const { rows } = await db.pool.query(
      `select p.upvote_count - p.imported_upvotes as counted, (select count(*)::int from upvotes u where u.paper_id = p.id) as rows,
         (select votes - p.imported_upvotes from trending_scores s where s.paper_id = p.id) as scored
       from papers p where p.id = $1`,
      [key],
    );
    return rows[0] as { counted: number; rows: number; scored: number };
  };

  test("who all vote twice at once for one paper are counted once each, and every answer is right", async () => {
    const votes = tokens.flatMap((token, i) => [0, 1].map((n) => upvote(addresses[(i + n) % 2]!, 1, token)));
    const answers = (await Promise.all(votes)).map((answer) => {
      expect(answer.errors).toBeUndefined();
      return (answer.data as unknown as { upvotePaper: { changed: boolean; paper: { upvoteCount: number } } })
        .upvotePaper;
    });
    expect(answers.filter((answer) => answer.changed)).toHaveLength(USERS);
    expect(await stored(1)).toEqual({ counted: USERS, rows: USERS, scored: USERS });
    const counts = answers.map((answer) => answer.paper.upvoteCount);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(USERS);
  });

  /** Every user votes for the papers, over and over until each vote is acknowledged. */
  const voteUntilAcknowledged = async (keys: number[], acknowledged: Set<string>) => {
    const load = tokens.map(async (token, i) => {
      for (const key of keys) {
        const name = `voter${i + 1} ${key}`;
        while (!acknowledged.has(name)) {
          const answer = await upvote(addresses[i % 2]!, key, token).catch(() => null);
          if (answer && !answer.errors) acknowledged.add(name);
          else await sleep(50);
        }
      }
    });
    await Promise.all(load);
  };
  const expectAllToStand = async (keys: number[]) => {
    for (const key of keys) expect(await storedSoon(key)).toEqual({ counted: USERS, rows: USERS, scored: USERS });
  };
  /** The pool of this test meets the restarted server with a broken connection or two. */
  const storedSoon = async (key: number) => {
    for (;;) {
      const found = await stored(key).catch(() => null);
      if (found) return found;
      await sleep(50);
    }
  };
  /** A server that takes votes may not have written down yet that it has started. */
  const startedServer = async () => {
    for (;;) {
      const pid = await serverPid(dataDir);
      if (pid !== null) return pid;
      await sleep(10);
    }
  };
  const acknowledgedAtLeast = async (acknowledged: Set<string>, number: number) => {
    while (acknowledged.size < number) await sleep(1);
  };

  test("lose no acknowledged vote when PostgreSQL itself is killed under the load, and is started again", async () => {
    const acknowledged = new Set<string>();
    const load = voteUntilAcknowledged([5, 6], acknowledged);
    await acknowledgedAtLeast(acknowledged, USERS / 2);
    process.kill(await startedServer(), "SIGKILL");
    await load;
    await expectAllToStand([5, 6]);
  });

  test("lose no acknowledged vote when PostgreSQL is frozen under the load, and thaws", async () => {
    const acknowledged = new Set<string>();
    const load = voteUntilAcknowledged([7, 8], acknowledged);
    await acknowledgedAtLeast(acknowledged, USERS / 2);
    const server = await startedServer();
    const children = await readFile(`/proc/${server}/task/${server}/children`, "utf8");
    const all = [server, ...children.trim().split(" ").map(Number)];
    for (const pid of all) process.kill(pid, "SIGSTOP");
    await sleep(1500);
    for (const pid of all) process.kill(pid, "SIGCONT");
    await load;
    await expectAllToStand([7, 8]);
  });

  test("lose no acknowledged vote when a process is killed under the load", async () => {
    const acknowledged = new Set<string>();
    const load = tokens.map(async (token, i) => {
      for (const key of [2, 3, 4]) {
        const answer = await upvote(addresses[i % 2]!, key, token).catch(() => null);
        if (answer && !answer.errors) acknowledged.add(`voter${i + 1} ${key}`);
      }
    });
    while (acknowledged.size < USERS / 4) await sleep(1);
    apis[1]!.child.kill("SIGKILL");
    await Promise.all(load);
    expect(acknowledged.size).toBeLessThan(USERS * 3);
    const { rows } = await db.pool.query<{ vote: string }>(
      "select w.username || ' ' || u.paper_id as vote from upvotes u join users w on w.id = u.user_id where u.paper_id in (2, 3, 4)",
    );
    const standing = new Set(rows.map((row) => row.vote));
    expect([...acknowledged].filter((vote) => !standing.has(vote))).toEqual([]);
    for (const key of [2, 3, 4]) {
      const { counted, rows: cast, scored } = await stored(key);
      expect([counted, scored]).toEqual([cast, cast]);
    }
  });
});
