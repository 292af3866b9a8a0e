import { setTimeout as sleep } from "node:timers/promises";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import type { Listener } from "../support/listen";
import { FEED, today, useListeners, VOTE } from "./use-listeners";

const FEATURED = `subscription ($filter: PaperFilter) { paperFeatured(filter: $filter) {
  rank featuredOn upvotesInPeriod cursor node { title } } }`;

describe("live", () => {
  const { t, hear, idsByTitle, flip } = useListeners();

  describe("paperFeatured", () => {
    test("tells each paper that enters a day's feed, with its place, to whom the filter lets through", async () => {
      const on = today();
      const all = hear(t.api, FEATURED);
      const filtered = hear(t.api, FEATURED, { filter: { minUpvotes: 10, featuredFrom: on } });
      let serial = 0;
      const feature = async () => {
        await importRecords(t.db, [
          sourceRecord({ title: `waiting ${serial++}`, upvotes: 50, featured: featured(on) }),
        ]);
        await rankFeeds(t.db, new Date());
      };
      await all.hears(() => true, feature);
      await filtered.hears(() => true, feature);
      await importRecords(t.db, [
        sourceRecord({ title: "best", upvotes: 99, featured: featured(on) }),
        sourceRecord({ title: "quiet", upvotes: 1, featured: featured(on) }),
        sourceRecord({ title: "old", upvotes: 40, featured: featured("2026-01-07") }),
      ]);
      await rankFeeds(t.db, new Date());
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
      await rankFeeds(t.db, new Date());
      expect(new Set(titles(all)).size).toBe(titles(all).length);
      // The cursor is one of the feed.
      const list = `query ($on: Date, $after: String) { feed(on: $on) { papers(first: 1, after: $after) { edges { rank } } } }`;
      const next = await t.api.data(list, { on, after: best.cursor });
      expect(next.feed.papers.edges).toEqual([{ rank: 2 }]);
    });

    test("tells of a paper that an import adds to a final feed", async () => {
      await importRecords(t.db, [sourceRecord({ title: "first", featured: featured("2026-01-07") })]);
      await rankFeeds(t.db, new Date());
      const all = hear(t.api, FEATURED);
      let serial = 0;
      await all.hears(
        ({ paperFeatured }) => paperFeatured.rank > 1,
        async () => {
          await importRecords(t.db, [sourceRecord({ title: `late ${serial++}`, featured: featured("2026-01-07") })]);
          await rankFeeds(t.db, new Date());
        },
      );
      expect(all.heard[0]!.data.paperFeatured).toMatchObject({ featuredOn: "2026-01-07" });
    });

    test("refuses a bad filter", async () => {
      const common = await hear(t.api, FEATURED, { filter: { keywords: ["IT"] } }).refused;
      expect(common).toMatchObject([{ message: '"IT" holds only words too common to search for.' }]);
      const errors = await hear(t.api, FEATURED, { filter: { minUpvotes: -1 } }).refused;
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "filter.minUpvotes" } }]);
    });
  });

  describe("feedChanged", () => {
    test("tells who moved, entered and from where; to those who listen to the period", async () => {
      const on = today();
      const titles = ["x", "y"];
      await importRecords(
        t.db,
        titles.map((title, i) => sourceRecord({ title, upvotes: 2 - i, featured: featured(on, `0${i}:00:00`) })),
      );
      await rankFeeds(t.db, new Date());
      const { x, y } = await idsByTitle();
      const day = hear(t.api, FEED);
      const month = hear(t.api, FEED, { period: "MONTH" });
      const token = await signIn(t.db, "ada");
      const other = await signIn(t.db, "bob");
      await t.api.data(VOTE, { id: y }, other);
      const vote = flip(y, token);
      const rank = async () => {
        await vote();
        await rankFeeds(t.db, new Date());
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
      await importRecords(t.db, [sourceRecord({ title: "new", upvotes: 50, featured: featured(on) })]);
      await rankFeeds(t.db, new Date());
      const { new: added } = await idsByTitle();
      const isEntered = (data: typeof feedChanged) =>
        data.feedChanged.moved.some((move: object) => JSON.stringify(move).includes(added!));
      const { feedChanged: entered } = await day.hears(isEntered);
      expect(entered.moved[0]).toEqual({ paperId: added, from: null, to: 1 });
    });

    test("tells how a month that was final is ranked when a day arrives that was missing", async () => {
      await importRecords(t.db, [sourceRecord({ title: "first", upvotes: 1, featured: featured("2026-01-01") })]);
      const { first } = await idsByTitle();
      const month = hear(t.api, FEED, { period: "MONTH" });
      let day = 9;
      const { feedChanged } = await month.hears(
        () => true,
        async () => {
          // Changes are told once a second, those that came before as one: there are days left for the next time.
          await sleep(200);
          day++;
          await importRecords(t.db, [sourceRecord({ upvotes: day, featured: featured(`2026-01-${day}`) })]);
        },
      );
      expect(feedChanged.feed).toEqual({ key: "2026-01", isFinal: true });
      expect(feedChanged.moved[0]).toMatchObject({ from: null, to: 1 });
      const { from, to } = feedChanged.moved.find(({ paperId }: { paperId: string }) => paperId === first);
      expect(to).toBeGreaterThan(from);
    });

    test("says nothing of an import of the past, nor of a ranking that moved nobody", async () => {
      const on = today();
      const day = hear(t.api, FEED);
      await importRecords(t.db, [sourceRecord({ title: "past", featured: featured("2026-01-07") })]);
      await rankFeeds(t.db, new Date());
      let serial = 0;
      await day.hears(
        () => true,
        async () => {
          await importRecords(t.db, [
            sourceRecord({ title: `present ${serial++}`, upvotes: 3, featured: featured(on) }),
          ]);
          await rankFeeds(t.db, new Date());
        },
      );
      expect(day.heard.every(({ data }) => data.feedChanged.feed.key === on)).toBe(true);
      expect(day.heard.every(({ data }) => data.feedChanged.moved.length > 0)).toBe(true);
    });
  });
});
