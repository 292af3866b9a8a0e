import { AccessTokenScope } from "../../src/users/access-token.entity";
import { runUserCommand } from "../../src/users/user-command";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { REMOVE, UPVOTE, useVoting } from "./use-voting";

describe("upvotes", () => {
  const { t, arrange, paperIds } = useVoting();

  test("are cast and taken back, idempotently; changed tells", async () => {
    const [id] = await arrange("Voted");
    const ada = await signIn(t.db, "ada");
    const paper = (upvoteCount: number, viewerHasUpvoted: boolean) => ({
      title: "Voted",
      upvoteCount,
      viewerHasUpvoted,
    });
    const vote = async (query: string) => (await t.api.data(query, { id }, ada)).vote;
    expect(await vote(UPVOTE)).toEqual({ changed: true, paper: paper(6, true), userErrors: [] });
    expect(await vote(UPVOTE)).toEqual({ changed: false, paper: paper(6, true), userErrors: [] });
    expect(await vote(REMOVE)).toEqual({ changed: true, paper: paper(5, false), userErrors: [] });
    expect(await vote(REMOVE)).toEqual({ changed: false, paper: paper(5, false), userErrors: [] });
  });

  test("of an account that is deleted at that moment are refused, and nothing is counted", async () => {
    const [id] = await arrange("Voted");
    const ada = await signIn(t.db, "ada");
    const runner = await t.db.pool.connect();
    await runner.query("begin");
    await runner.query("delete from users where username = 'ada'");
    const voting = t.api.ask(UPVOTE, { id }, ada);
    await t.db.lockWait();
    await runner.query("commit");
    runner.release();
    expect((await voting).errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    expect(await t.db.run("select upvote_count from papers")).toEqual([{ upvote_count: 5 }]);
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
    expect(await t.api.data(query, {}, await signIn(t.db, "ada"))).toEqual({
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
    const token = await signIn(t.db, "ada");
    for (const query of [UPVOTE, REMOVE]) {
      expect((await t.api.data(query, { id }, token)).vote).toEqual({
        changed: false,
        paper: null,
        userErrors: [{ code: "NOT_FOUND", message: "There is no such paper.", path: ["input", "paperId"] }],
      });
    }
  });

  test("take what else names the paper, and say what is no reference, or names none", async () => {
    await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001", doi: "10.1000/182", upvotes: 5 })]);
    const [id] = await paperIds();
    const token = await signIn(t.db, "ada");
    const vote = async (field: string, by: object) =>
      (
        await t.api.data(
          `mutation ($by: PaperBy!) { vote: ${field}(input: { by: $by }) { changed paper { id upvoteCount } userErrors { code message path } } }`,
          { by },
          token,
        )
      ).vote;
    for (const by of [
      { id },
      { arxivId: "arXiv:2601.00001v2" },
      { doi: "10.1000/182" },
      { url: "https://arxiv.org/abs/2601.00001" },
    ]) {
      const [cast, removed] = [await vote("upvotePaper", by), await vote("removePaperUpvote", by)];
      expect(cast).toEqual({ changed: true, paper: { id, upvoteCount: 6 }, userErrors: [] });
      expect(removed).toEqual({ changed: true, paper: { id, upvoteCount: 5 }, userErrors: [] });
    }
    expect(await vote("upvotePaper", { arxivId: "2601.00002" })).toEqual({
      changed: false,
      paper: null,
      userErrors: [{ code: "NOT_FOUND", message: "There is no such paper.", path: ["input", "by"] }],
    });
    expect(await vote("upvotePaper", { doi: "garbage" })).toMatchObject({
      paper: null,
      userErrors: [{ code: "INVALID", message: expect.stringMatching(/not a DOI/), path: ["input", "by", "doi"] }],
    });
  });

  test.each(["{}", '{ paperId: "x", by: { id: "x" } }', "{ paperId: null }", "{ by: null }"])(
    "with the input %s are BAD_USER_INPUT",
    async (input) => {
      const token = await signIn(t.db, "ada");
      const { errors } = await t.api.ask(`mutation { upvotePaper(input: ${input}) { changed } }`, {}, token);
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "input" } }]);
    },
  );

  test("need a viewer and the scope", async () => {
    const [id] = await arrange("Voted");
    const codeOf = async (token?: string) => (await t.api.ask(UPVOTE, { id }, token)).errors?.[0]?.extensions.code;
    expect(await codeOf()).toBe("UNAUTHENTICATED");
    expect(await codeOf(await signIn(t.db, "ada", [AccessTokenScope.PAPERS_WRITE]))).toBe("FORBIDDEN");
    expect(await codeOf(await signIn(t.db, "ada"))).toBeUndefined();
  });

  test("of the viewer are told for a whole page in one statement, and are the viewer's own", async () => {
    const ids = await arrange(...Array.from({ length: 30 }, (_, i) => `Paper ${i}`));
    const [ada, bob] = [await signIn(t.db, "ada"), await signIn(t.db, "bob")];
    for (const id of ids.slice(0, 3)) await t.api.data(UPVOTE, { id }, ada);
    const query = "{ papers(first: 100) { nodes { id viewerHasUpvoted } } }";
    t.db.takeStatements();
    const upvoted = async (token?: string) =>
      (await t.api.data(query, {}, token)).papers.nodes
        .filter((node: { viewerHasUpvoted: boolean }) => node.viewerHasUpvoted)
        .map((node: { id: string }) => node.id);
    expect((await upvoted(ada)).sort()).toEqual(ids.slice(0, 3).sort());
    expect(t.db.takeStatements()).toHaveLength(3);
    expect(await upvoted(bob)).toEqual([]);
    expect(await upvoted()).toEqual([]);
  });

  test("list upvoters and upvoted papers newest first, in pages, with ties", async () => {
    const ids = await arrange(...Array.from({ length: 12 }, (_, i) => `Paper ${i}`));
    const tokens = await Promise.all(Array.from({ length: 12 }, (_, i) => signIn(t.db, `user${i}`)));
    for (const token of tokens) await t.api.data(UPVOTE, { id: ids[0] }, token);
    for (const id of ids) await t.api.data(UPVOTE, { id }, tokens[0]);
    await t.db.run(
      "update upvotes set created_at = '2026-01-01T00:00:00Z'::timestamptz + (user_id + paper_id) % 3 * interval '1 hour'",
    );
    const upvoters = `query ($id: ID!, $first: Int, $after: String) { paper(id: $id) { upvoters(first: $first, after: $after) { ${pageFields} edges { upvotedAt } } } }`;
    const walk = {
      query: upvoters,
      at: (data: { paper: { upvoters: unknown } }) => data.paper.upvoters,
      variables: { id: ids[0] },
    };
    const forward = await walkForward(t.api, walk, 5);
    expect(new Set(forward).size).toBe(12);
    expect(await walkForward(t.api, walk, 100)).toEqual(forward);
    const { paper } = await t.api.data(upvoters, { id: ids[0] });
    const times = paper.upvoters.edges.map((edge: { upvotedAt: string }) => edge.upvotedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(paper.upvoters.totalCount).toBe(12);
    const { viewer } = await t.api.data(
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
    expect(await walkForward(t.api, papers, 5)).toEqual(
      viewer.upvotedPapers.nodes.map((node: { id: string }) => node.id),
    );
  });

  test("go with their user, and the counts are lowered", async () => {
    const ids = await arrange("One", "Two");
    const [ada, bob] = [await signIn(t.db, "ada"), await signIn(t.db, "bob")];
    for (const id of ids) await t.api.data(UPVOTE, { id }, ada);
    await t.api.data(UPVOTE, { id: ids[0] }, bob);
    expect(await runUserCommand(t.db, ["delete", "ada"])).toBe("Deleted ada, with all upvotes, tokens and webhooks.");
    const { papers } = await t.api.data(
      "{ papers(orderBy: { field: UPVOTES }) { nodes { upvoteCount upvoters { totalCount } } } }",
    );
    expect(papers.nodes).toEqual([
      { upvoteCount: 6, upvoters: { totalCount: 1 } },
      { upvoteCount: 5, upvoters: { totalCount: 0 } },
    ]);
    expect((await t.api.ask("{ viewer { username } }", {}, ada)).errors).toMatchObject([
      { extensions: { code: "UNAUTHENTICATED" } },
    ]);
    await expect(runUserCommand(t.db, ["delete", "ada"])).rejects.toThrow("There is no user ada.");
    for (const [args, said] of [
      [[], "A command is missing: delete."],
      [["remove", "ada"], '"remove" is not delete.'],
      [["delte", "ada"], '"delte" is not delete. Did you mean delete?'],
      [["delete"], "delete needs NAME."],
      [["delete", "ada", "bob"], '"bob" is one word too many for delete.'],
    ] as const) {
      await expect(runUserCommand(t.db, [...args])).rejects.toThrow(
        `${said}\nUsage:\n  npm run --silent users -- delete NAME`,
      );
    }
  });
});
