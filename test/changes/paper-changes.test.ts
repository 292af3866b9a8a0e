import { mergeRecords } from "../../src/ingest/merge/merge";
import { readUpvoteEvents } from "../../src/live/upvote-events.service";
import { createPaperReader } from "../../src/papers/paper-reader";
import { removeUpvotes } from "../../src/upvotes/upvote.service";
import { createVoteQueue } from "../../src/upvotes/vote-queue";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { deleteUser, ensureUser } from "../../src/users/user.service";
import { startApi } from "../support/api";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";

const VOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";
const PAGE = `query ($since: DateTime, $filter: PaperFilter, $first: Int, $after: String) {
  paperChanges(since: $since, filter: $filter, first: $first, after: $after) { ${pageFields} } }`;
const COPY = `query ($after: String) { paperChanges(first: 7, after: $after) {
  nodes { id title upvoteCount } pageInfo { endCursor } } }`;

interface Copied {
  id: string;
  title: string;
  upvoteCount: number;
}

describe("paperChanges", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  /** A client that keeps a copy: it remembers the last cursor, and nothing else. */
  function createMirror() {
    const papers = new Map<string, Copied>();
    let cursor: string | null = null;
    return {
      papers,
      /** Reads what is new; gives the titles in order. */
      async poll(): Promise<string[]> {
        const titles: string[] = [];
        for (;;) {
          const { nodes, pageInfo } = (await t.api.data(COPY, { after: cursor })).paperChanges;
          if (nodes.length === 0) return titles;
          for (const node of nodes as Copied[]) papers.set(node.id, node);
          titles.push(...nodes.map((node: Copied) => node.title));
          cursor = pageInfo.endCursor;
        }
      },
    };
  }
  const allPapers = async () =>
    (await t.api.data("{ papers(first: 100) { nodes { id title upvoteCount } } }")).papers.nodes as Copied[];
  const idOf = async (title: string) => (await allPapers()).find((paper) => paper.title === title)!.id;
  const keyOf = (id: string) => Number(Buffer.from(id, "base64url").toString().split(":")[1]);

  test("lists what was imported, voted on, taken back, renamed and featured, each at its latest change", async () => {
    const mirror = createMirror();
    expect(await mirror.poll()).toEqual([]);
    const records = ["a", "b", "c"].map((title) =>
      sourceRecord({ title, arxivId: `2601.0000${title.charCodeAt(0) % 10}` }),
    );
    await importRecords(t.db, records);
    expect((await mirror.poll()).sort()).toEqual(["a", "b", "c"]);
    const token = await signIn(t.db, "ada");
    await t.api.data(VOTE, { id: await idOf("b") }, token);
    expect(await mirror.poll()).toEqual(["b"]);
    await t.api.data(VOTE, { id: await idOf("a") }, token);
    expect(await mirror.poll()).toEqual(["a"]);
    await t.api.data(VOTE, { id: await idOf("a") }, token);
    expect(await mirror.poll()).toEqual([]);
    const { rowId } = await ensureUser(t.db, "ada");
    await removeUpvotes(t.db, [rowId], keyOf(await idOf("b")));
    expect(await mirror.poll()).toEqual(["b"]);
    await importRecords(t.db, [{ ...records[2]!, title: "c, renamed", observedAt: new Date() }]);
    expect(await mirror.poll()).toEqual(["c, renamed"]);
    await importRecords(t.db, [{ ...records[0]!, featured: featured("2026-01-07") }]);
    expect(await mirror.poll()).toEqual(["a"]);
    await importRecords(t.db, records);
    expect(await mirror.poll()).toEqual([]);
    await deleteUser(t.db, "ada");
    expect(await mirror.poll()).toEqual(["a"]);
    expect([...mirror.papers.values()].sort((x, y) => x.title.localeCompare(y.title))).toEqual(
      (await allPapers()).sort((x, y) => x.title.localeCompare(y.title)),
    );
  });

  test("lists the papers that a deleted user sent, which are of nobody from then on", async () => {
    const token = await signIn(t.db, "ada", [AccessTokenScope.PAPERS_WRITE]);
    await t.api.data('mutation { upsertPapers(input: { papers: [{ title: "sent" }] }) { created } }', {}, token);
    await importRecords(t.db, [sourceRecord({ title: "imported" })]);
    const mirror = createMirror();
    await mirror.poll();
    await deleteUser(t.db, "ada");
    expect(await mirror.poll()).toEqual(["sent"]);
    const { papers } = await t.api.data("{ papers { nodes { title submittedBy { username } } } }");
    expect(papers.nodes).toContainEqual({ title: "sent", submittedBy: null });
  });

  test("misses nothing of an import that commits late, with votes and polls in between", async () => {
    await importRecords(t.db, [sourceRecord({ title: "early" })]);
    const mirror = createMirror();
    await mirror.poll();
    const token = await signIn(t.db, "ada");
    await t.db.bulk(async (tx) => {
      await mergeRecords(tx, [sourceRecord({ title: "late" })]);
      await t.api.data(VOTE, { id: await idOf("early") }, token);
      expect(await mirror.poll()).toEqual(["early"]);
    });
    expect(await mirror.poll()).toEqual(["late"]);
  });

  test("misses nothing while many vote and import at once", async () => {
    await importRecords(
      t.db,
      Array.from({ length: 10 }, (_, i) => sourceRecord({ title: `paper ${i}` })),
    );
    const ids = (await allPapers()).map((paper) => keyOf(paper.id));
    const users = await Promise.all(Array.from({ length: 10 }, (_, i) => ensureUser(t.db, `voter${i}`)));
    const mirror = createMirror();
    let done = false;
    const polling = (async () => {
      while (!done) await mirror.poll();
    })();
    const votes = createVoteQueue(t.db, createPaperReader(t.db));
    const voting = users.map(async ({ rowId: id }, i) => {
      for (const [n, paperId] of ids.entries()) {
        await votes.cast(id, paperId);
        if ((n + i) % 3 === 0) await votes.remove(id, paperId);
      }
    });
    const importing = (async () => {
      for (let i = 0; i < 5; i++) await importRecords(t.db, [sourceRecord({ title: `imported ${i}` })]);
    })();
    await Promise.all([...voting, importing]);
    done = true;
    await polling;
    await mirror.poll();
    const copied = [...mirror.papers.values()].sort((a, b) => keyOf(a.id) - keyOf(b.id));
    expect(copied).toHaveLength(15);
    expect(copied).toEqual((await allPapers()).sort((a, b) => keyOf(a.id) - keyOf(b.id)));
  });

  test("its pages, put together, are the whole list, with many changes of one moment", async () => {
    await importRecords(
      t.db,
      Array.from({ length: 11 }, () => sourceRecord()),
    );
    await importRecords(t.db, [sourceRecord(), sourceRecord()]);
    const walk = { query: PAGE, at: (data: { paperChanges: object }) => data.paperChanges };
    const whole = await t.api.data(PAGE, { first: 100 });
    const all = whole.paperChanges.nodes.map((node: { id: string }) => node.id);
    expect(whole.paperChanges.totalCount).toBe(13);
    for (const first of [1, 3, 13]) expect(await walkForward(t.api, walk, first)).toEqual(all);
  });

  test("since leaves out what changed before; a filter keeps to papers as they are now", async () => {
    await importRecords(t.db, [sourceRecord({ title: "before", upvotes: 5 })]);
    await createMirror().poll();
    await t.db.run("update paper_changes set changed_at = changed_at - interval '1 day'");
    await importRecords(t.db, [
      sourceRecord({ title: "after", upvotes: 1 }),
      sourceRecord({ title: "after too", upvotes: 7 }),
    ]);
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const count = async (variables: object) => (await t.api.data(PAGE, variables)).paperChanges.totalCount;
    expect(await count({})).toBe(3);
    expect(await count({ since })).toBe(2);
    expect(await count({ since, filter: { minUpvotes: 5 } })).toBe(1);
    expect(await count({ since: "2100-01-01T00:00:00Z" })).toBe(0);
  });

  test("a clock that is set back does not put a change before one that was read", async () => {
    await importRecords(t.db, [sourceRecord({ title: "first" })]);
    const mirror = createMirror();
    await mirror.poll();
    // As if the first change had been sequenced by a clock that went an hour ahead.
    await t.db.run("update paper_changes set changed_at = changed_at + interval '1 hour'");
    expect(await mirror.poll()).toEqual(["first"]);
    await importRecords(t.db, [sourceRecord({ title: "second" })]);
    expect(await mirror.poll()).toEqual(["second"]);
  });

  test("a query that needs none of its rows waits for nothing, and leaves no failure that nobody hears of", async () => {
    const unheard: unknown[] = [];
    const note = (reason: unknown) => unheard.push(reason);
    process.on("unhandledRejection", note);
    const lost = { query: () => Promise.reject(new Error("lost")), close: async () => {} };
    const other = await startApi({ ...t.db, listen: () => lost });
    expect((await other.ask("{ paperChanges(first: 1000) { nodes { id } } }")).errors).toMatchObject([
      { extensions: { argument: "first" } },
    ]);
    expect(await other.data("{ paperChanges { __typename } }")).toEqual({
      paperChanges: { __typename: "PaperConnection" },
    });
    expect((await other.ask("{ paperChanges { totalCount } }")).errors).toHaveLength(1);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unheard).toEqual([]);
    await other.close();
  });

  test("the vote of a paper that changes otherwise right after it is an event of its own time", async () => {
    await importRecords(t.db, [sourceRecord({ title: "a" })]);
    await createMirror().poll();
    const [t0, t1, t2] = [1, 2, 3].map((second) => new Date(`2026-01-01T00:00:0${second}Z`));
    await t.db.run("update paper_changes set upvotes_changed_at = $1, changed_at = $2", [t1, t2]);
    const ids = (await allPapers()).map((paper) => keyOf(paper.id));
    const heard = async (after: Date, upTo: Date) => (await readUpvoteEvents(t.db, { after, upTo }, ids)).length;
    expect(await heard(t0!, t1!)).toBe(1);
    expect(await heard(t1!, t2!)).toBe(0);
  });

  test("refuses a cursor of another filter, and a time that is none", async () => {
    await importRecords(t.db, [sourceRecord(), sourceRecord()]);
    const { endCursor } = (await t.api.data(PAGE, { first: 1 })).paperChanges.pageInfo;
    const codeOf = async (variables: object) => (await t.api.ask(PAGE, variables)).errors![0]!.extensions;
    expect(await codeOf({ after: endCursor, filter: { hasCode: true } })).toMatchObject({ argument: "after" });
    expect(await codeOf({ since: "yesterday" })).toMatchObject({ code: "BAD_USER_INPUT" });
    expect(await codeOf({ first: 101 })).toMatchObject({ argument: "first" });
  });
});
