import { setTimeout as sleep } from "node:timers/promises";
import { defaultLimits } from "../../src/config/limits";
import { type Database, openDatabase } from "../../src/db/database";
import { sql } from "../../src/db/sql";
import { timeoutsOf } from "../../src/db/timeouts";
import { startApi, type TestApi } from "../support/api";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { createProxy, type FaultyNetwork } from "../support/proxy";
import { useDatabase } from "../support/use-api";

/** Shorter than in service, so that the tests are. */
const limits = {
  ...defaultLimits,
  DATABASE_CONNECT_TIMEOUT_MS: 1000,
  DATABASE_STATEMENT_TIMEOUT_MS: 600,
  DATABASE_QUERY_TIMEOUT_MS: 1500,
  DATABASE_LOCK_TIMEOUT_MS: 300,
};
const READ = "{ papers(first: 1) { nodes { id } } }";
const VOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed paper { upvoteCount } } }";

describe("when the database fails", () => {
  /** Straight to the server, for arranging and checking. */
  const t = useDatabase();
  let proxy: FaultyNetwork;
  let db: Database;
  let api: TestApi;
  let ids: string[];
  let tokens: string[];
  beforeAll(async () => {
    proxy = t.use(await createProxy(t.db.url));
    db = t.use(await openDatabase(proxy.url, timeoutsOf(limits)));
    api = t.use(await startApi(db, { limits }));
  });
  beforeEach(async () => {
    await importRecords(
      t.db,
      ["a", "b"].map((title) => sourceRecord({ title })),
    );
    ids = (await api.data("{ papers { nodes { id } } }")).papers.nodes.map((node: { id: string }) => node.id);
    tokens = await Promise.all(Array.from({ length: 20 }, (_, i) => signIn(t.db, `voter${i}`)));
    api.logged.length = 0;
  });
  afterEach(async () => {
    await expectVotesToAddUp();
    await t.db.reset();
  });

  const http = () => api.http();
  const vote = (i: number, id = ids[0]) => api.ask(VOTE, { id }, tokens[i]);
  const codeOf = async (answer: ReturnType<TestApi["ask"]>) => (await answer).errors?.[0]?.extensions.code;
  async function expectVotesToAddUp() {
    expect(
      await t.db.run(`select p.id from papers p
        where upvote_count <> imported_upvotes + (select count(*) from upvotes u where u.paper_id = p.id)`),
    ).toEqual([]);
  }
  /** Holds a lock from outside until it is let go. */
  const hold = async (statement: string) => {
    const runner = await t.db.pool.connect();
    await runner.query("begin");
    await runner.query(statement);
    return async () => {
      await runner.query("rollback");
      runner.release();
    };
  };

  test("and is away, every answer says so at once; the process lives and is not ready; back, the first vote counts", async () => {
    await proxy.goAway();
    for (const query of [READ, "{ viewer { id } }"]) {
      const answer = await http().post("/graphql").set("authorization", `Bearer ${tokens[0]}`).send({ query });
      expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
      expect(answer.body.errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } }]);
      expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres/i);
    }
    expect((await http().get("/healthz")).status).toBe(200);
    expect((await http().get("/readyz")).status).toBe(503);
    expect(api.logged).toContainEqual(
      expect.objectContaining({
        msg: "request could not be served",
        err: expect.objectContaining({ code: "ECONNREFUSED" }),
      }),
    );
    await proxy.comeBack();
    expect((await vote(0)).data).toEqual({ upvotePaper: { changed: true, paper: { upvoteCount: 1 } } });
    expect((await http().get("/readyz")).status).toBe(200);
  });

  test("and is away, the log tells the cause once a second, and how many failures it left out", async () => {
    const fresh = await startApi(db, { limits });
    await proxy.goAway();
    const start = performance.now();
    await Promise.all(Array.from({ length: 50 }, () => fresh.ask(READ)));
    await sleep(1000);
    await fresh.ask(READ);
    await proxy.comeBack();
    const told = fresh.logged.filter((line) => "requestId" in line);
    expect(told.length).toBeLessThanOrEqual(1 + (performance.now() - start) / 1000);
    const leftOut = told.map((line) => ("leftOut" in line ? Number(line.leftOut) : 0));
    expect(leftOut.reduce((sum, count) => sum + count + 1, 0)).toBe(51);
    await fresh.close();
  });

  test("and breaks connections under a load of votes, each acknowledged vote stands and none fails", async () => {
    const voting = tokens.map(async (_, i) => {
      for (const id of ids) expect((await vote(i, id)).errors).toBeUndefined();
    });
    let done = false;
    const cutting = (async () => {
      for (let cuts = 0; cuts < 3 && !done; cuts++) {
        await sleep(15);
        proxy.cut();
      }
    })();
    await Promise.all(voting);
    done = true;
    await cutting;
    expect(await t.db.run("select upvote_count from papers")).toEqual([{ upvote_count: 20 }, { upvote_count: 20 }]);
  });

  test("and its backends are ended by an administrator, reads and votes are run again", async () => {
    await api.data(READ);
    await t.db.run(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    expect((await api.ask(READ)).errors).toBeUndefined();
    expect((await vote(0)).errors).toBeUndefined();
  });

  test("and no longer answers on its connections, what waits is given up and the next is answered on new ones", async () => {
    await api.data(READ);
    proxy.stall();
    expect(await codeOf(api.ask(READ))).toBe("TIMEOUT");
    expect((await api.ask(READ)).errors).toBeUndefined();
    await vote(0);
    proxy.stall();
    expect(["TIMEOUT", undefined]).toContain(await codeOf(vote(1)));
    expect((await vote(1)).errors).toBeUndefined();
  });

  test("over a locked paper, its votes are given up with an error; other votes and all reads go on", async () => {
    const unlock = await hold(`select from papers order by published_on desc, id desc limit 1 for update`);
    const [locked, free] = ids;
    const waiting = [0, 1, 2].map((i) => codeOf(vote(i, locked)));
    expect((await vote(3, free)).errors).toBeUndefined();
    expect((await api.ask(READ, {}, tokens[4])).errors).toBeUndefined();
    expect(await Promise.all(waiting)).toEqual(["TIMEOUT", "TIMEOUT", "TIMEOUT"]);
    await unlock();
    expect((await vote(0, locked)).data?.upvotePaper.changed).toBe(true);
  });

  test("over more votes than connections for a locked paper, readers with a token still read", async () => {
    const unlock = await hold(`select from papers for update`);
    const waiting = tokens.map((_, i) => codeOf(vote(i)));
    for (const token of tokens) expect((await api.ask(READ, {}, token)).errors).toBeUndefined();
    for (const code of await Promise.all(waiting)) expect(["TIMEOUT", "SERVICE_UNAVAILABLE"]).toContain(code);
    await unlock();
  });

  test("over a locked paper, a crowd's votes are given up together, not one after the other", async () => {
    const unlock = await hold(`select from papers for update`);
    const start = performance.now();
    const codes = [await codeOf(vote(0))];
    const alone = performance.now() - start;
    codes.push(...(await Promise.all(tokens.map((_, i) => codeOf(vote(i))))));
    const together = performance.now() - start - alone;
    await unlock();
    expect(new Set(codes)).toEqual(new Set(["TIMEOUT"]));
    expect(together / alone).toBeLessThan(tokens.length / 2);
  });

  test("over a slow or locked statement, the answer is TIMEOUT, with status 504", async () => {
    const unlock = await hold("lock table papers in access exclusive mode");
    const answer = await http().post("/graphql").send({ query: READ });
    expect(answer.status).toBe(504);
    expect(answer.body.errors).toMatchObject([{ extensions: { code: "TIMEOUT" } }]);
    await unlock();
    await expect(db.query(sql`select pg_sleep(5)`)).rejects.toMatchObject({ code: "57014" });
  });

  test("by a deadlock, the transaction that lost is run again, and both are done", async () => {
    let arrived = 0;
    let meet = () => {};
    const met = new Promise<void>((resolve) => {
      meet = resolve;
    });
    const lockBoth = (order: "asc" | "desc") =>
      db.transaction(async (tx) => {
        // Otherwise one would give up before the server looks for deadlocks.
        await tx.query(sql`set local lock_timeout = 0`);
        await tx.query(sql`set local statement_timeout = 0`);
        const papers = await tx.query<{ id: number }>(sql`select id from papers order by id`);
        const [first, second] = order === "asc" ? papers : papers.reverse();
        await tx.query(sql`select from papers where id = ${first!.id}::int for update`);
        if (++arrived === 2) meet();
        await met;
        await tx.query(sql`select from papers where id = ${second!.id}::int for update`);
        return order;
      });
    expect(await Promise.all([lockBoth("asc"), lockBoth("desc")])).toEqual(["asc", "desc"]);
  });

  test("an operation that would take longer than it may is given up between two statements", async () => {
    const hasty = await startApi(db, { limits: { ...limits, OPERATION_TIMEOUT_MS: 1 } });
    expect(await codeOf(hasty.ask(READ))).toBe("TIMEOUT");
    expect((await hasty.ask("{ __typename }")).data).toEqual({ __typename: "Query" });
    await hasty.close();
  });
});
