import { createHash } from "node:crypto";
import { connect } from "../src/db/connect";
import type { Database } from "../src/db/database";
import { addressOf, ask, type Running, run, temporaryFolder } from "./support/processes";

jest.setTimeout(120_000);

/** `npm run soak` asks for the whole crowd, `npm test` for a part of it. */
const USERS = process.env.SOAK ? 1000 : 200;

describe(`${USERS} voters over two processes on one database`, () => {
  let db: Database;
  let apis: Running[];
  let addresses: string[];
  let remove: () => Promise<void>;
  let tokens: string[];

  beforeAll(async () => {
    const temporary = await temporaryFolder();
    remove = temporary.remove;
    const env = { DATA_DIR: temporary.folder };
    db = await connect({ databaseUrl: undefined, dataDir: temporary.folder, log: () => {} });
    apis = [run("src/main.ts", [], env)];
    addresses = [await addressOf(apis[0]!)];
    apis.push(run("src/main.ts", [], env));
    addresses.push(await addressOf(apis[1]!));
    tokens = Array.from({ length: USERS }, (_, i) => `dp_secret_of_voter_${i}`);
    await db.dataSource.query(
      `with voters as (insert into users (username) select 'voter' || i from generate_series(1, $1) i returning id),
        numbered as (select id, row_number() over (order by id) as n from voters)
       insert into access_tokens (user_id, name, scopes, secret_hash)
       select id, 'load', '{UPVOTES_WRITE}', ($2::bytea[])[n] from numbered`,
      [USERS, tokens.map((token) => createHash("sha256").update(token).digest())],
    );
  });
  afterAll(async () => {
    for (const api of apis) api.child.kill("SIGTERM");
    for (const api of apis) await api.ended;
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
    const [row] = await db.dataSource.query(
      `select p.upvote_count - p.imported_upvotes as counted, (select count(*)::int from upvotes u where u.paper_id = p.id) as rows,
         (select votes - p.imported_upvotes from trending_scores s where s.paper_id = p.id) as scored
       from papers p where p.id = $1`,
      [key],
    );
    return row as { counted: number; rows: number; scored: number };
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

  test("lose no acknowledged vote when a process is killed under the load", async () => {
    const acknowledged = new Set<string>();
    const load = tokens.map(async (token, i) => {
      for (const key of [2, 3, 4]) {
        const answer = await upvote(addresses[i % 2]!, key, token).catch(() => null);
        if (answer && !answer.errors) acknowledged.add(`voter${i + 1} ${key}`);
      }
    });
    while (acknowledged.size < USERS / 4) await new Promise((resolve) => setTimeout(resolve, 1));
    apis[1]!.child.kill("SIGKILL");
    await Promise.all(load);
    expect(acknowledged.size).toBeLessThan(USERS * 3);
    const rows: { vote: string }[] = await db.dataSource.query(
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
