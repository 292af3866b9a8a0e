import { setImmediate as immediate, setTimeout as sleep } from "node:timers/promises";
import { createPaperReader } from "../../src/papers/paper-reader";
import { createVoteQueue } from "../../src/upvotes/vote-queue";
import { ensureUser } from "../../src/users/user.service";
import { startApi } from "../support/api";
import type { TestDatabase } from "../support/database";
import { signIn } from "../support/factories";
import { REMOVE, UPVOTE, useVoting } from "./use-voting";

describe("upvotes", () => {
  const { t, arrange } = useVoting();

  test("of a crowd on one paper are all counted, and each voter is told what the own vote did", async () => {
    const [id] = await arrange("Voted");
    const tokens = await Promise.all(Array.from({ length: 60 }, (_, i) => signIn(t.db, `reader${i}`)));
    const runner = await t.db.pool.connect();
    await runner.query("begin");
    // Who comes first has to wait for the paper, so the others come together.
    await runner.query("select from papers for update");
    const votes = tokens
      .flatMap((token) => [token, token])
      .map(async (token) => (await t.api.data(UPVOTE, { id }, token)).vote);
    await t.db.lockWait();
    await runner.query("commit");
    runner.release();
    const answers = await Promise.all(votes);
    expect(answers.filter(({ changed }) => changed)).toHaveLength(60);
    expect(Math.max(...answers.map(({ paper }) => paper.upvoteCount))).toBe(65);
  });

  test("are told with the paper as it is then, which is not read for it", async () => {
    const [id] = await arrange("Voted");
    const [ada, bob] = [await signIn(t.db, "ada"), await signIn(t.db, "bob")];
    const mutation =
      "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed paper { title upvoteCount } } }";
    const vote = async (token: string) => {
      t.db.takeStatements();
      const { upvotePaper } = await t.api.data(mutation, { id }, token);
      return { ...upvotePaper, reads: t.db.takeStatements().length };
    };
    // The token alone.
    expect(await vote(ada)).toEqual({ changed: true, paper: { title: "Voted", upvoteCount: 6 }, reads: 1 });
    await t.db.run("update papers set title = 'Voted anew'");
    // What it says now, too.
    expect(await vote(bob)).toEqual({ changed: true, paper: { title: "Voted anew", upvoteCount: 7 }, reads: 2 });
    // Nothing changed, so it is read.
    expect(await vote(bob)).toEqual({ changed: false, paper: { title: "Voted anew", upvoteCount: 7 }, reads: 2 });
  });

  test.each([
    ["at once share a statement", 0, 1],
    ["while one is cast ride the next statement together", 1, 2],
  ])("that come %s", async (_, ahead, expected) => {
    await arrange("Voted");
    await t.db.run("insert into users (username) select 'reader' || i from generate_series(1, 60) i");
    const [paper] = await t.db.run<{ id: number }>("select id from papers");
    const readers = await t.db.run<{ id: number }>("select id from users where username like 'reader%'");
    const votes = createVoteQueue(t.db, createPaperReader(t.db));
    const castAll = (some: { id: number }[]) => some.map(({ id }) => votes.cast(id, paper!.id));
    const first = castAll(readers.slice(0, ahead));
    await immediate();
    const cast = await Promise.all([...first, ...castAll(readers.slice(ahead))]);
    expect(cast.map(({ changed }) => changed)).toEqual(readers.map(() => true));
    const statements = await t.db.run("select created_at, count(*) from upvotes group by 1");
    expect(statements).toHaveLength(expected);
  });

  test.each([
    ["share a transaction", true, 1],
    ["go alone where GROUPED_VOTES is off", false, 60],
  ])("that are taken back at once %s", async (_, isGrouped, expected) => {
    await arrange("Voted");
    await t.db.run("insert into users (username) select 'reader' || i from generate_series(1, 60) i");
    const [paper] = await t.db.run<{ id: number }>("select id from papers");
    const readers = await t.db.run<{ id: number }>("select id from users where username like 'reader%'");
    let transactions = 0;
    const counting: TestDatabase["transaction"] = (work) => {
      transactions++;
      return t.db.transaction(work);
    };
    const votes = createVoteQueue({ ...t.db, transaction: counting }, createPaperReader(t.db), isGrouped);
    await Promise.all(readers.slice(0, 40).map(({ id }) => votes.cast(id, paper!.id)));
    const removed = await Promise.all(readers.map(({ id }) => votes.remove(id, paper!.id)));
    expect(removed.map(({ changed }) => changed)).toEqual(readers.map((_, i) => i < 40));
    expect(transactions).toBe(expected);
    expect(await t.db.run("select upvote_count from papers")).toEqual([{ upvote_count: 5 }]);
  });

  test("that share a statement with one of an account that is gone are cast nevertheless", async () => {
    await arrange("Voted");
    const [paper] = await t.db.run<{ id: number }>("select id from papers");
    const [ada, bob] = await Promise.all(["ada", "bob"].map((name) => ensureUser(t.db, name)));
    const votes = createVoteQueue(t.db, createPaperReader(t.db));
    // The first one goes alone, the others wait for it together.
    const cast = [ada!.rowId, 0, bob!.rowId].map((userId) => votes.cast(userId, paper!.id));
    expect((await Promise.allSettled(cast)).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(await t.db.run("select upvote_count from papers")).toEqual([{ upvote_count: 7 }]);
  });

  test("by 200 users, each twice at once and half taking it back, over two servers, count exactly", async () => {
    const [id] = await arrange("Hot");
    const other = await startApi(t.db);
    const tokens = await Promise.all(Array.from({ length: 200 }, (_, i) => signIn(t.db, `user${i}`)));
    const servers = [t.api, other];
    const votes = tokens.flatMap((token, i) => [0, 1].map((n) => servers[(i + n) % 2]!.data(UPVOTE, { id }, token)));
    const answers = (await Promise.all(votes)).map((answer) => answer.vote);
    expect(answers.filter((answer) => answer.changed)).toHaveLength(200);
    expect(await t.db.run("select upvote_count from papers")).toEqual([{ upvote_count: 205 }]);
    const removals = tokens
      .slice(0, 100)
      .flatMap((token, i) => [0, 1].map((n) => servers[(i + n) % 2]!.data(REMOVE, { id }, token)));
    expect((await Promise.all(removals)).filter((answer) => answer.vote.changed)).toHaveLength(100);
    expect(await t.db.run("select upvote_count from papers")).toEqual([{ upvote_count: 105 }]);
    await other.close();
  });

  test("that wait for who deletes the paper are told that there is none", async () => {
    const [id] = await arrange("Deleted");
    const tokens = await Promise.all(["ada", "bob", "cyd"].map((name) => signIn(t.db, name)));
    const runner = await t.db.pool.connect();
    await runner.query("begin; delete from papers");
    const votes = tokens.map(async (token) => (await t.api.data(UPVOTE, { id }, token)).vote);
    await t.db.lockWait();
    await runner.query("commit");
    runner.release();
    for (const vote of await Promise.all(votes)) {
      expect(vote).toMatchObject({ changed: false, paper: null, userErrors: [{ code: "NOT_FOUND" }] });
    }
  });

  test("count once, and are told so, though what the paper says cannot be read at that moment", async () => {
    const [id] = await arrange("Voted");
    const token = await signIn(t.db, "ada");
    await t.db.run("update papers set title = 'Voted anew'");
    const runner = await t.db.pool.connect();
    await runner.query("begin; lock table authorships in access exclusive mode");
    const voting = t.api.data(UPVOTE, { id }, token);
    // Longer than a write waits for a lock.
    await sleep(1300);
    await runner.query("rollback");
    runner.release();
    expect((await voting).vote).toMatchObject({ changed: true, paper: { title: "Voted anew", upvoteCount: 6 } });
  });

  test("that wait for a locked paper hold up no read", async () => {
    const [id] = await arrange("Locked");
    const token = await signIn(t.db, "ada");
    let voting: Promise<{ vote: { changed: boolean } }> | undefined;
    await t.db.transaction(async (tx) => {
      await tx.client.query("select from papers for update");
      voting = t.api.data(UPVOTE, { id }, token);
      await sleep(50);
      for (let i = 0; i < 20; i++) expect((await t.api.data("{ papers { totalCount } }")).papers.totalCount).toBe(1);
    });
    expect((await voting!).vote.changed).toBe(true);
  });
});
