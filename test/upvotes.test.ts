import { createVoteQueue } from "../src/upvotes/vote-queue";
import { AccessTokenScope } from "../src/users/access-token.entity";
import { ensureUser } from "../src/users/user.service";
import { runUserCommand } from "../src/users/user-command";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { importLooks, look, signIn } from "./support/factories";
import { pageFields, walkForward } from "./support/paging";

const UPVOTE = `mutation ($id: ID!) { vote: upvotePaper(input: { paperId: $id }) {
  changed paper { title upvoteCount viewerHasUpvoted } userErrors { code message path } } }`;
const REMOVE = UPVOTE.replace("upvotePaper", "removePaperUpvote");

describe("upvotes", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
  });
  afterEach(async () => {
    // Always: the stored count is the imported number plus the rows.
    const wrong = await db.run(`select id from papers p
      where upvote_count <> imported_upvotes + (select count(*) from upvotes u where u.paper_id = p.id)`);
    expect(wrong).toEqual([]);
    await db.reset();
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const paperIds = async (): Promise<string[]> =>
    (await api.data("{ papers(first: 100) { nodes { id } } }")).papers.nodes.map((node: { id: string }) => node.id);
  const arrange = async (...titles: string[]) => {
    await importLooks(
      db,
      titles.map((title) => look({ title, upvotes: 5 })),
    );
    return paperIds();
  };

  test("are cast and taken back, idempotently; changed tells", async () => {
    const [id] = await arrange("Voted");
    const ada = await signIn(db, "ada");
    const paper = (upvoteCount: number, viewerHasUpvoted: boolean) => ({
      title: "Voted",
      upvoteCount,
      viewerHasUpvoted,
    });
    const vote = async (query: string) => (await api.data(query, { id }, ada)).vote;
    expect(await vote(UPVOTE)).toEqual({ changed: true, paper: paper(6, true), userErrors: [] });
    expect(await vote(UPVOTE)).toEqual({ changed: false, paper: paper(6, true), userErrors: [] });
    expect(await vote(REMOVE)).toEqual({ changed: true, paper: paper(5, false), userErrors: [] });
    expect(await vote(REMOVE)).toEqual({ changed: false, paper: paper(5, false), userErrors: [] });
  });

  test("of an account that is deleted at that moment are refused, and nothing is counted", async () => {
    const [id] = await arrange("Voted");
    const ada = await signIn(db, "ada");
    const runner = await db.pool.connect();
    await runner.query("begin");
    await runner.query("delete from users where username = 'ada'");
    const voting = api.ask(UPVOTE, { id }, ada);
    while ((await db.run("select from pg_locks where not granted")).length === 0);
    await runner.query("commit");
    runner.release();
    expect((await voting).errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    expect(await db.run("select upvote_count from papers")).toEqual([{ upvote_count: 5 }]);
  });

  test("of a crowd on one paper are all counted, and each voter is told what the own vote did", async () => {
    const [id] = await arrange("Voted");
    const tokens = await Promise.all(Array.from({ length: 60 }, (_, i) => signIn(db, `reader${i}`)));
    const runner = await db.pool.connect();
    await runner.query("begin");
    // Who comes first has to wait for the paper, so the others come together.
    await runner.query("select from papers for update");
    const votes = tokens
      .flatMap((token) => [token, token])
      .map(async (token) => (await api.data(UPVOTE, { id }, token)).vote);
    while ((await db.run("select from pg_locks where not granted")).length === 0);
    await runner.query("commit");
    runner.release();
    const answers = await Promise.all(votes);
    expect(answers.filter(({ changed }) => changed)).toHaveLength(60);
    expect(Math.max(...answers.map(({ paper }) => paper.upvoteCount))).toBe(65);
  });

  test("that come while one is cast ride the next statement together", async () => {
    await arrange("Voted");
    await db.run("insert into users (username) select 'reader' || i from generate_series(1, 60) i");
    const [paper] = await db.run<{ id: number }>("select id from papers");
    const readers = await db.run<{ id: number }>("select id from users where username like 'reader%'");
    const votes = createVoteQueue(db);
    const cast = await Promise.all(readers.map(({ id }) => votes.cast(id, paper!.id)));
    expect(cast).toEqual(readers.map(() => true));
    const statements = await db.run("select created_at, count(*) from upvotes group by 1");
    expect(statements.length).toBeLessThanOrEqual(2);
  });

  test.each([
    ["ride the next transaction together", true, 2],
    ["go alone where GROUPED_VOTES is off", false, 60],
  ])("that are taken back while one is %s", async (_, isGrouped, expected) => {
    await arrange("Voted");
    await db.run("insert into users (username) select 'reader' || i from generate_series(1, 60) i");
    const [paper] = await db.run<{ id: number }>("select id from papers");
    const readers = await db.run<{ id: number }>("select id from users where username like 'reader%'");
    let transactions = 0;
    const counting: typeof db.transaction = (work) => {
      transactions++;
      return db.transaction(work);
    };
    const votes = createVoteQueue({ ...db, transaction: counting }, isGrouped);
    await Promise.all(readers.slice(0, 40).map(({ id }) => votes.cast(id, paper!.id)));
    const removed = await Promise.all(readers.map(({ id }) => votes.remove(id, paper!.id)));
    expect(removed).toEqual(readers.map((_, i) => i < 40));
    expect(transactions).toBe(expected);
    expect(await db.run("select upvote_count from papers")).toEqual([{ upvote_count: 5 }]);
  });

  test("that share a statement with one of an account that is gone are cast nevertheless", async () => {
    await arrange("Voted");
    const [paper] = await db.run<{ id: number }>("select id from papers");
    const [ada, bob] = await Promise.all(["ada", "bob"].map((name) => ensureUser(db, name)));
    const votes = createVoteQueue(db);
    // The first one goes alone, the others wait for it together.
    const cast = [ada!.rowId, 0, bob!.rowId].map((userId) => votes.cast(userId, paper!.id));
    expect((await Promise.allSettled(cast)).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(await db.run("select upvote_count from papers")).toEqual([{ upvote_count: 7 }]);
  });

  test("several in one request each see the count that they made", async () => {
    const [id] = await arrange("Voted");
    const field = (name: string, verb: string) =>
      `${name}: ${verb}(input: { paperId: "${id}" }) { changed paper { upvoteCount viewerHasUpvoted } }`;
    const query = `mutation { ${field("a", "upvotePaper")} ${field("b", "removePaperUpvote")} ${field("c", "upvotePaper")} }`;
    const answer = (upvoteCount: number, viewerHasUpvoted: boolean) => ({
      changed: true,
      paper: { upvoteCount, viewerHasUpvoted },
    });
    expect(await api.data(query, {}, await signIn(db, "ada"))).toEqual({
      a: answer(6, true),
      b: answer(5, false),
      c: answer(6, true),
    });
  });

  test.each([
    "garbage",
    Buffer.from("Paper:2147483647").toString("base64url"),
    Buffer.from("Author:1").toString("base64url"),
  ])("of what is no paper (%s) are NOT_FOUND", async (id) => {
    const token = await signIn(db, "ada");
    for (const query of [UPVOTE, REMOVE]) {
      expect((await api.data(query, { id }, token)).vote).toEqual({
        changed: false,
        paper: null,
        userErrors: [{ code: "NOT_FOUND", message: "There is no such paper.", path: ["input", "paperId"] }],
      });
    }
  });

  test("need a viewer and the scope", async () => {
    const [id] = await arrange("Voted");
    const codeOf = async (token?: string) => (await api.ask(UPVOTE, { id }, token)).errors?.[0]?.extensions.code;
    expect(await codeOf()).toBe("UNAUTHENTICATED");
    expect(await codeOf(await signIn(db, "ada", [AccessTokenScope.PAPERS_WRITE]))).toBe("FORBIDDEN");
    expect(await codeOf(await signIn(db, "ada"))).toBeUndefined();
  });

  test("of the viewer are told for a whole page in one statement, and are the viewer's own", async () => {
    const ids = await arrange(...Array.from({ length: 30 }, (_, i) => `Paper ${i}`));
    const [ada, bob] = [await signIn(db, "ada"), await signIn(db, "bob")];
    for (const id of ids.slice(0, 3)) await api.data(UPVOTE, { id }, ada);
    const query = "{ papers(first: 100) { nodes { id viewerHasUpvoted } } }";
    db.takeStatements();
    const upvoted = async (token?: string) =>
      (await api.data(query, {}, token)).papers.nodes
        .filter((node: { viewerHasUpvoted: boolean }) => node.viewerHasUpvoted)
        .map((node: { id: string }) => node.id);
    expect((await upvoted(ada)).sort()).toEqual(ids.slice(0, 3).sort());
    expect(db.takeStatements()).toHaveLength(3);
    expect(await upvoted(bob)).toEqual([]);
    expect(await upvoted()).toEqual([]);
  });

  test("list upvoters and upvoted papers newest first, in pages, with ties", async () => {
    const ids = await arrange(...Array.from({ length: 12 }, (_, i) => `Paper ${i}`));
    const tokens = await Promise.all(Array.from({ length: 12 }, (_, i) => signIn(db, `user${i}`)));
    for (const token of tokens) await api.data(UPVOTE, { id: ids[0] }, token);
    for (const id of ids) await api.data(UPVOTE, { id }, tokens[0]);
    await db.run(
      "update upvotes set created_at = '2026-01-01T00:00:00Z'::timestamptz + (user_id + paper_id) % 3 * interval '1 hour'",
    );
    const upvoters = `query ($id: ID!, $first: Int, $after: String) { paper(id: $id) { upvoters(first: $first, after: $after) { ${pageFields} edges { upvotedAt } } } }`;
    const walk = {
      query: upvoters,
      at: (data: { paper: { upvoters: unknown } }) => data.paper.upvoters,
      variables: { id: ids[0] },
    };
    const forward = await walkForward(api, walk, 5);
    expect(new Set(forward).size).toBe(12);
    expect(await walkForward(api, walk, 100)).toEqual(forward);
    const { paper } = await api.data(upvoters, { id: ids[0] });
    const times = paper.upvoters.edges.map((edge: { upvotedAt: string }) => edge.upvotedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(paper.upvoters.totalCount).toBe(12);
    const { viewer } = await api.data(
      "{ viewer { id upvotedPapers(first: 100) { totalCount nodes { id } } } }",
      {},
      tokens[0],
    );
    expect(viewer.upvotedPapers.totalCount).toBe(12);
    const upvoted = `query ($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on User { upvotedPapers(first: $first, after: $after) { ${pageFields} } } } }`;
    const papers = {
      query: upvoted,
      at: (data: { node: { upvotedPapers: unknown } }) => data.node.upvotedPapers,
      variables: { id: viewer.id },
    };
    expect(await walkForward(api, papers, 5)).toEqual(
      viewer.upvotedPapers.nodes.map((node: { id: string }) => node.id),
    );
  });

  test("by 200 users, each twice at once and half taking it back, over two servers, count exactly", async () => {
    const [id] = await arrange("Hot");
    const other = await startApi(db);
    const tokens = await Promise.all(Array.from({ length: 200 }, (_, i) => signIn(db, `user${i}`)));
    const servers = [api, other];
    const votes = tokens.flatMap((token, i) => [0, 1].map((n) => servers[(i + n) % 2]!.data(UPVOTE, { id }, token)));
    const answers = (await Promise.all(votes)).map((answer) => answer.vote);
    expect(answers.filter((answer) => answer.changed)).toHaveLength(200);
    expect(await db.run("select upvote_count from papers")).toEqual([{ upvote_count: 205 }]);
    const removals = tokens
      .slice(0, 100)
      .flatMap((token, i) => [0, 1].map((n) => servers[(i + n) % 2]!.data(REMOVE, { id }, token)));
    expect((await Promise.all(removals)).filter((answer) => answer.vote.changed)).toHaveLength(100);
    expect(await db.run("select upvote_count from papers")).toEqual([{ upvote_count: 105 }]);
    await other.close();
  });

  test("that wait for a locked paper hold up no read", async () => {
    const [id] = await arrange("Locked");
    const token = await signIn(db, "ada");
    let voting: Promise<{ vote: { changed: boolean } }> | undefined;
    await db.transaction(async (tx) => {
      await tx.client.query("select from papers for update");
      voting = api.data(UPVOTE, { id }, token);
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (let i = 0; i < 20; i++) expect((await api.data("{ papers { totalCount } }")).papers.totalCount).toBe(1);
    });
    expect((await voting!).vote.changed).toBe(true);
  });

  test("go with their user, and the counts are lowered", async () => {
    const ids = await arrange("One", "Two");
    const [ada, bob] = [await signIn(db, "ada"), await signIn(db, "bob")];
    for (const id of ids) await api.data(UPVOTE, { id }, ada);
    await api.data(UPVOTE, { id: ids[0] }, bob);
    expect(await runUserCommand(db, ["delete", "ada"])).toBe("Deleted ada, with all upvotes and tokens.");
    const { papers } = await api.data(
      "{ papers(orderBy: { field: UPVOTES }) { nodes { upvoteCount upvoters { totalCount } } } }",
    );
    expect(papers.nodes).toEqual([
      { upvoteCount: 6, upvoters: { totalCount: 1 } },
      { upvoteCount: 5, upvoters: { totalCount: 0 } },
    ]);
    expect((await api.ask("{ viewer { username } }", {}, ada)).errors).toMatchObject([
      { extensions: { code: "UNAUTHENTICATED" } },
    ]);
    await expect(runUserCommand(db, ["delete", "ada"])).rejects.toThrow("There is no user ada.");
    await expect(runUserCommand(db, ["remove", "ada"])).rejects.toThrow("Usage:");
  });
});
