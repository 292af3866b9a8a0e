import { type Database, openDatabase } from "../../src/db/database";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { startApi, type TestApi } from "../support/api";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { createProxy, type FaultyNetwork } from "../support/proxy";
import { FEED, today, useListeners, VOTE } from "./use-listeners";

const UPVOTES = `subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) {
  paperId upvoteCount at paper { title upvoteCount viewerHasUpvoted authors { nodes { name } } } } }`;

describe("live", () => {
  const { t, hear, idsByTitle, flip } = useListeners();

  describe("paperUpvotesChanged", () => {
    test("tells the committed count, the paper as it is then, and each listener's own vote", async () => {
      await importRecords(t.db, [
        sourceRecord({ title: "a", upvotes: 5, authors: ["Ada L."] }),
        sourceRecord({ title: "b" }),
      ]);
      const { a, b } = await idsByTitle();
      const [ada, bob] = [await signIn(t.db, "ada"), await signIn(t.db, "bob")];
      const [voter, other] = [ada, bob].map((token) => hear(t.api, UPVOTES, { ids: [a, a] }, token));
      await voter!.hears(() => true, flip(a, ada));
      await other!.hears(() => true, flip(a, ada));
      await t.api.data(VOTE, { id: a }, ada);
      await t.api.data(VOTE, { id: b }, ada);
      await t.api.data(VOTE, { id: a }, bob);
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
      const [anonymous] = [hear(t.api, UPVOTES, { ids: [b] })];
      const { paperUpvotesChanged } = await anonymous!.hears(() => true, flip(b, bob));
      expect(paperUpvotesChanged.paper.viewerHasUpvoted).toBe(false);
    });

    test("goes on after an event of which a part failed, and masks why", async () => {
      await importRecords(t.db, [sourceRecord({ title: "a", organization: { key: "o", name: "O" } })]);
      const { a } = await idsByTitle();
      const token = await signIn(t.db, "ada");
      const listener = hear(
        t.api,
        "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount paper { organization { name } } } }",
        {
          ids: [a],
        },
      );
      await t.db.run("alter table organizations rename to lost");
      await listener.hears((data) => data.paperUpvotesChanged.paper.organization === null, flip(a, token));
      const [{ errors }] = listener.heard as [{ errors?: object[] }];
      expect(errors).toMatchObject([
        { message: "Internal server error", path: ["paperUpvotesChanged", "paper", "organization"] },
      ]);
      await t.db.run("alter table lost rename to organizations");
      await listener.hears((data) => data.paperUpvotesChanged.paper.organization?.name === "O", flip(a, token));
    });

    test("makes one event of many votes, and the last one has the last count", async () => {
      await importRecords(t.db, [sourceRecord({ title: "hot" })]);
      const { hot } = await idsByTitle();
      const tokens = await Promise.all(Array.from({ length: 60 }, (_, i) => signIn(t.db, `voter${i}`)));
      const listener = hear(t.api, UPVOTES, { ids: [hot] });
      await listener.hears(() => true, flip(hot, tokens[0]!));
      await Promise.all(tokens.map((token) => t.api.data(VOTE, { id: hot }, token)));
      await listener.hears((data) => data.paperUpvotesChanged.upvoteCount === 60);
      const times = listener.heard.map(({ data }) => Date.parse(data.paperUpvotesChanged.at));
      expect(times).toEqual([...new Set(times)].sort((x, y) => x - y));
      expect(listener.heard.length).toBeLessThan(30);
    });

    test("hears votes that another process took, and imports", async () => {
      const paper = sourceRecord({ title: "a", upvotes: 5 });
      await importRecords(t.db, [paper]);
      const { a } = await idsByTitle();
      const token = await signIn(t.db, "ada");
      const second = await startApi(t.db);
      const listener = hear(second, UPVOTES, { ids: [a] });
      await listener.hears(() => true, flip(a, token));
      await importRecords(t.db, [{ ...paper, upvotes: 105, observedAt: new Date() }]);
      await listener.hears((data) => data.paperUpvotesChanged.upvoteCount >= 105);
      await listener.stop();
      await second.close();
    });

    test("refuses what is no paper, too many papers, and none", async () => {
      await importRecords(t.db, [sourceRecord({ title: "a" })]);
      const { a } = await idsByTitle();
      const gone = Buffer.from("Paper:999999").toString("base64url");
      for (const [ids, argument] of [
        [[a, "nonsense"], "paperIds.1"],
        [[gone], "paperIds.0"],
        [[], "paperIds"],
        [Array(101).fill(a), "paperIds"],
      ]) {
        const errors = await hear(t.api, UPVOTES, { ids }).refused;
        expect(errors).toMatchObject([
          { extensions: { code: "BAD_USER_INPUT", argument, requestId: expect.any(String) } },
        ]);
      }
    });
  });

  describe("when the database is lost", () => {
    let proxy: FaultyNetwork;
    let lost: Database;
    let behind: TestApi;
    beforeEach(async () => {
      proxy = await createProxy(t.db.url);
      lost = await openDatabase(proxy.url);
      behind = await startApi(lost);
    });
    afterEach(async () => {
      await behind.close();
      await lost.close();
      await proxy.close();
    });

    test("listeners hear afterwards what happened meanwhile", async () => {
      await importRecords(t.db, [sourceRecord({ title: "a" }), sourceRecord({ title: "b" })]);
      const { a, b } = await idsByTitle();
      const token = await signIn(t.db, "ada");
      const listener = hear(behind, UPVOTES, { ids: [a, b] });
      const feeds = hear(behind, FEED);
      await listener.hears(() => true, flip(a, token));
      await proxy.goAway();
      await t.api.data(VOTE, { id: b }, token);
      await importRecords(t.db, [sourceRecord({ title: "meanwhile", featured: featured(today()) })]);
      await rankFeeds(t.db, new Date());
      // A vote is heard by others while this process hears nothing.
      const neighbour = hear(t.api, UPVOTES, { ids: [b] });
      await neighbour.hears(() => true, flip(b, await signIn(t.db, "bob")));
      expect(listener.heard.some(({ data }) => data.paperUpvotesChanged.paperId === b)).toBe(false);
      await proxy.comeBack();
      await listener.hears((data) => data.paperUpvotesChanged.paperId === b);
      await feeds.hears(() => true);
    });

    test("a subscription that begins then is told so, and the next one is served", async () => {
      await importRecords(t.db, [sourceRecord({ title: "a" })]);
      const { a } = await idsByTitle();
      await proxy.goAway();
      const errors = await hear(behind, UPVOTES, { ids: [a] }).refused;
      expect(errors).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 2 } }]);
      await proxy.comeBack();
      const token = await signIn(t.db, "ada");
      await hear(behind, UPVOTES, { ids: [a] }).hears(() => true, flip(a, token));
    });
  });
});
