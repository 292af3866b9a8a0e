import { type Database, openDatabase } from "../src/db/database";
import { rankFeeds } from "../src/feeds/ranking.service";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { featured, importLooks, look, signIn } from "./support/factories";
import { type Listener, listen } from "./support/listen";
import { createProxy, type FaultyNetwork } from "./support/proxy";

const VOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed paper { upvoteCount } } }";
const UNVOTE = VOTE.replace("upvotePaper", "removePaperUpvote");
const UPVOTES = `subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) {
  paperId upvoteCount at paper { title upvoteCount viewerHasUpvoted authors { nodes { name } } } } }`;
const FEATURED = `subscription ($filter: PaperFilter) { paperFeatured(filter: $filter) {
  rank featuredOn upvotesInPeriod cursor node { title } } }`;
const FEED = `subscription ($period: FeedPeriod) { feedChanged(period: $period) {
  feed { key isFinal } at moved { paperId from to } } }`;

describe("live", () => {
  let db: TestDatabase;
  let api: TestApi;
  const listeners: Listener[] = [];
  const hear = (...args: Parameters<typeof listen>) => {
    const listener = listen(...args);
    listeners.push(listener);
    return listener;
  };
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
  });
  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.stop()));
    await db.reset();
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const idsByTitle = async () => {
    const { nodes } = (await api.data("{ papers(first: 100) { nodes { id title } } }")).papers;
    return Object.fromEntries(nodes.map(({ id, title }: { id: string; title: string }) => [title, id]));
  };
  /** Changes the vote each time, so that something happens until it is heard. */
  const flip = (id: string, token: string, at: TestApi = api) => {
    let stands = false;
    return async () => {
      stands = !stands;
      await at.data(stands ? VOTE : UNVOTE, { id }, token);
    };
  };
  const today = () => new Date().toISOString().slice(0, 10);

  describe("paperUpvotesChanged", () => {
    test("tells the committed count, the paper as it is then, and each listener's own vote", async () => {
      await importLooks(db, [look({ title: "a", upvotes: 5, authors: ["Ada L."] }), look({ title: "b" })]);
      const { a, b } = await idsByTitle();
      const [ada, bob] = [await signIn(db, "ada"), await signIn(db, "bob")];
      const [voter, other] = [ada, bob].map((token) => hear(api, UPVOTES, { ids: [a, a] }, token));
      await voter!.hears(() => true, flip(a, ada));
      await other!.hears(() => true, flip(a, ada));
      await api.data(VOTE, { id: a }, ada);
      await api.data(VOTE, { id: b }, ada);
      await api.data(VOTE, { id: a }, bob);
      const isLast = (data: { paperUpvotesChanged: { upvoteCount: number } }) =>
        data.paperUpvotesChanged.upvoteCount === 7;
      for (const listener of [voter!, other!]) {
        const { paperUpvotesChanged: event } = await listener.hears(isLast);
        expect(event).toEqual({
          paperId: a,
          upvoteCount: 7,
          at: expect.stringMatching(/Z$/),
          paper: { title: "a", upvoteCount: 7, viewerHasUpvoted: true, authors: { nodes: [{ name: "Ada L." }] } },
        });
      }
      const counts = voter!.heard.map(({ data }) => data.paperUpvotesChanged.paper.upvoteCount);
      expect(counts).toEqual(voter!.heard.map(({ data }) => data.paperUpvotesChanged.upvoteCount));
      const [anonymous] = [hear(api, UPVOTES, { ids: [b] })];
      const { paperUpvotesChanged } = await anonymous!.hears(() => true, flip(b, bob));
      expect(paperUpvotesChanged.paper.viewerHasUpvoted).toBe(false);
    });

    test("goes on after an event of which a part failed, and masks why", async () => {
      await importLooks(db, [look({ title: "a", organization: { key: "o", name: "O" } })]);
      const { a } = await idsByTitle();
      const token = await signIn(db, "ada");
      const listener = hear(
        api,
        "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount paper { organization { name } } } }",
        {
          ids: [a],
        },
      );
      await db.run("alter table organizations rename to lost");
      await listener.hears((data) => data.paperUpvotesChanged.paper.organization === null, flip(a, token));
      const [{ errors }] = listener.heard as [{ errors?: object[] }];
      expect(errors).toMatchObject([
        { message: "Internal server error", path: ["paperUpvotesChanged", "paper", "organization"] },
      ]);
      await db.run("alter table lost rename to organizations");
      await listener.hears((data) => data.paperUpvotesChanged.paper.organization?.name === "O", flip(a, token));
    });

    test("makes one event of many votes, and the last one has the last count", async () => {
      await importLooks(db, [look({ title: "hot" })]);
      const { hot } = await idsByTitle();
      const tokens = await Promise.all(Array.from({ length: 60 }, (_, i) => signIn(db, `voter${i}`)));
      const listener = hear(api, UPVOTES, { ids: [hot] });
      await listener.hears(() => true, flip(hot, tokens[0]!));
      await Promise.all(tokens.map((token) => api.data(VOTE, { id: hot }, token)));
      await listener.hears((data) => data.paperUpvotesChanged.upvoteCount === 60);
      const times = listener.heard.map(({ data }) => Date.parse(data.paperUpvotesChanged.at));
      expect(times).toEqual([...new Set(times)].sort((x, y) => x - y));
      expect(listener.heard.length).toBeLessThan(30);
    });

    test("hears votes that another process took, and imports", async () => {
      const paper = look({ title: "a", upvotes: 5 });
      await importLooks(db, [paper]);
      const { a } = await idsByTitle();
      const token = await signIn(db, "ada");
      const second = await startApi(db);
      const listener = hear(second, UPVOTES, { ids: [a] });
      await listener.hears(() => true, flip(a, token));
      await importLooks(db, [{ ...paper, upvotes: 105, seenAt: new Date() }]);
      await listener.hears((data) => data.paperUpvotesChanged.upvoteCount >= 105);
      await listener.stop();
      await second.close();
    });

    test("refuses what is no paper, too many papers, and none", async () => {
      await importLooks(db, [look({ title: "a" })]);
      const { a } = await idsByTitle();
      const gone = Buffer.from("Paper:999999").toString("base64url");
      for (const [ids, argument] of [
        [[a, "nonsense"], "paperIds.1"],
        [[gone], "paperIds.0"],
        [[], "paperIds"],
        [Array(101).fill(a), "paperIds"],
      ]) {
        const errors = await hear(api, UPVOTES, { ids }).refused;
        expect(errors).toMatchObject([
          { extensions: { code: "BAD_USER_INPUT", argument, requestId: expect.any(String) } },
        ]);
      }
    });
  });

  describe("paperFeatured", () => {
    test("tells each paper that enters a day's feed, with its place, to whom the filter lets through", async () => {
      const on = today();
      const all = hear(api, FEATURED);
      const filtered = hear(api, FEATURED, { filter: { minUpvotes: 10, featuredFrom: on } });
      let serial = 0;
      const feature = async () => {
        await importLooks(db, [look({ title: `waiting ${serial++}`, upvotes: 50, featured: featured(on) })]);
        await rankFeeds(db, new Date());
      };
      await all.hears(() => true, feature);
      await filtered.hears(() => true, feature);
      await importLooks(db, [
        look({ title: "best", upvotes: 99, featured: featured(on) }),
        look({ title: "quiet", upvotes: 1, featured: featured(on) }),
        look({ title: "old", upvotes: 40, featured: featured("2026-01-07") }),
      ]);
      await rankFeeds(db, new Date());
      const { paperFeatured: best } = await all.hears((data) => data.paperFeatured.node.title === "best");
      expect(best).toMatchObject({ rank: 1, featuredOn: on, upvotesInPeriod: 99 });
      await all.hears((data) => data.paperFeatured.node.title === "quiet");
      const { paperFeatured: old } = await all.hears((data) => data.paperFeatured.node.title === "old");
      expect(old).toMatchObject({ rank: 1, featuredOn: "2026-01-07" });
      await filtered.hears((data) => data.paperFeatured.node.title === "best");
      const titles = (listener: Listener) => listener.heard.map(({ data }) => data.paperFeatured.node.title);
      expect(titles(filtered)).not.toContain("quiet");
      expect(titles(filtered)).not.toContain("old");
      // A paper enters once, however often its feed is ranked.
      await rankFeeds(db, new Date());
      expect(new Set(titles(all)).size).toBe(titles(all).length);
      // The cursor is one of the feed.
      const list = `query ($on: Date, $after: String) { feed(on: $on) { papers(first: 1, after: $after) { edges { rank } } } }`;
      const next = await api.data(list, { on, after: best.cursor });
      expect(next.feed.papers.edges).toEqual([{ rank: 2 }]);
    });

    test("tells of a paper that an import adds to a final feed", async () => {
      await importLooks(db, [look({ title: "first", featured: featured("2026-01-07") })]);
      await rankFeeds(db, new Date());
      const all = hear(api, FEATURED);
      let serial = 0;
      await all.hears(
        ({ paperFeatured }) => paperFeatured.rank > 1,
        async () => {
          await importLooks(db, [look({ title: `late ${serial++}`, featured: featured("2026-01-07") })]);
          await rankFeeds(db, new Date());
        },
      );
      expect(all.heard[0]!.data.paperFeatured).toMatchObject({ featuredOn: "2026-01-07" });
    });

    test("refuses a bad filter", async () => {
      const errors = await hear(api, FEATURED, { filter: { minUpvotes: -1 } }).refused;
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "filter.minUpvotes" } }]);
    });
  });

  describe("feedChanged", () => {
    test("tells who moved, entered and from where; to those who listen to the period", async () => {
      const on = today();
      const titles = ["x", "y"];
      await importLooks(
        db,
        titles.map((title, i) => look({ title, upvotes: 2 - i, featured: featured(on, `0${i}:00:00`) })),
      );
      await rankFeeds(db, new Date());
      const { x, y } = await idsByTitle();
      const day = hear(api, FEED);
      const month = hear(api, FEED, { period: "MONTH" });
      const token = await signIn(db, "ada");
      const other = await signIn(db, "bob");
      await api.data(VOTE, { id: y }, other);
      const vote = flip(y, token);
      const rank = async () => {
        await vote();
        await rankFeeds(db, new Date());
      };
      // The first ranking may be news too: it was made just before.
      const isMove = (data: { feedChanged: { moved: { from: number | null }[] } }) =>
        data.feedChanged.moved.every((move) => move.from !== null);
      const { feedChanged } = await day.hears(isMove, rank);
      expect(feedChanged).toMatchObject({ feed: { key: on, isFinal: false } });
      const moves = feedChanged.moved.map(({ paperId, from, to }: { paperId: string; from: number; to: number }) => [
        paperId === x ? "x" : "y",
        from,
        to,
      ]);
      expect([
        [
          ["y", 2, 1],
          ["x", 1, 2],
        ],
        [
          ["x", 2, 1],
          ["y", 1, 2],
        ],
      ]).toContainEqual(moves);
      expect((await month.hears(() => true, rank)).feedChanged.feed.key).toBe(on.slice(0, 7));
      await importLooks(db, [look({ title: "new", upvotes: 50, featured: featured(on) })]);
      await rankFeeds(db, new Date());
      const { new: added } = await idsByTitle();
      const isEntered = (data: typeof feedChanged) =>
        data.feedChanged.moved.some((move: object) => JSON.stringify(move).includes(added!));
      const { feedChanged: entered } = await day.hears(isEntered);
      expect(entered.moved[0]).toEqual({ paperId: added, from: null, to: 1 });
    });

    test("says nothing of an import of the past, nor of a ranking that moved nobody", async () => {
      const on = today();
      const day = hear(api, FEED);
      await importLooks(db, [look({ title: "past", featured: featured("2026-01-07") })]);
      await rankFeeds(db, new Date());
      let serial = 0;
      await day.hears(
        () => true,
        async () => {
          await importLooks(db, [look({ title: `present ${serial++}`, upvotes: 3, featured: featured(on) })]);
          await rankFeeds(db, new Date());
        },
      );
      expect(day.heard.every(({ data }) => data.feedChanged.feed.key === on)).toBe(true);
      expect(day.heard.every(({ data }) => data.feedChanged.moved.length > 0)).toBe(true);
    });
  });

  describe("when the database is lost", () => {
    let proxy: FaultyNetwork;
    let lost: Database;
    let behind: TestApi;
    beforeEach(async () => {
      proxy = await createProxy(db.url);
      lost = await openDatabase(proxy.url);
      behind = await startApi(lost);
    });
    afterEach(async () => {
      await behind.close();
      await lost.close();
      await proxy.close();
    });

    test("listeners hear afterwards what happened meanwhile", async () => {
      await importLooks(db, [look({ title: "a" }), look({ title: "b" })]);
      const { a, b } = await idsByTitle();
      const token = await signIn(db, "ada");
      const listener = hear(behind, UPVOTES, { ids: [a, b] });
      const feeds = hear(behind, FEED);
      await listener.hears(() => true, flip(a, token));
      await proxy.goAway();
      await api.data(VOTE, { id: b }, token);
      await importLooks(db, [look({ title: "meanwhile", featured: featured(today()) })]);
      await rankFeeds(db, new Date());
      // A vote is heard by others while this process hears nothing.
      const neighbour = hear(api, UPVOTES, { ids: [b] });
      await neighbour.hears(() => true, flip(b, await signIn(db, "bob")));
      expect(listener.heard.some(({ data }) => data.paperUpvotesChanged.paperId === b)).toBe(false);
      await proxy.comeBack();
      await listener.hears((data) => data.paperUpvotesChanged.paperId === b);
      await feeds.hears(() => true);
    });

    test("a subscription that begins then is told so, and the next one is served", async () => {
      await importLooks(db, [look({ title: "a" })]);
      const { a } = await idsByTitle();
      await proxy.goAway();
      const errors = await hear(behind, UPVOTES, { ids: [a] }).refused;
      expect(errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } }]);
      await proxy.comeBack();
      const token = await signIn(db, "ada");
      await hear(behind, UPVOTES, { ids: [a] }).hears(() => true, flip(a, token));
    });
  });
});
