import "reflect-metadata";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import type { SourceRecord } from "../../src/ingest/source-record";
import { featured, importRecords, sourceRecord } from "../support/factories";
import type { Listener } from "../support/listen";
import { useDatabase } from "../support/use-api";
import { createHub, hear as hearHub, settled } from "./hub";
import { FEED, today, useListeners } from "./use-listeners";

const FEATURED =
  "subscription ($filter: PaperFilter) { paperFeatured(filter: $filter) { rank featuredOn node { title categories } } }";

const listedAs = (title: string, on: string, over: Partial<SourceRecord> = {}) =>
  sourceRecord({ title, publishedOn: undefined, featured: featured(on), ...over });
const ofArxiv = (title: string, categories: string[]) =>
  sourceRecord({ title, publishedOn: undefined, source: "arxiv", categories });

describe("papers whose categories become known after they entered a feed", () => {
  const { t, hear } = useListeners();

  test("are told to listeners of these categories then, to all others on entering, to nobody twice", async () => {
    const on = today();
    const filters = {
      all: null,
      language: { categories: ["cs.CL"] },
      archive: { categories: ["cs"], excludeCategories: ["stat"] },
      statistics: { categories: ["stat"] },
      withoutMath: { excludeCategories: ["math"] },
    };
    const listeners = Object.entries(filters).map(([name, filter]) => ({
      name,
      events: hear(t.api, FEATURED, { filter }),
    }));
    const changed = hear(t.api, FEED);
    const isHeard = ({ heard }: Listener) => heard.length > 0;
    // So many that all listen.
    let serial = 0;
    while (!(listeners.every(({ events }) => isHeard(events)) && isHeard(changed))) {
      const known = [["cs.CL"], ["stat.ML"]];
      const papers = known.map((categories, i) => listedAs(`waiting ${serial} ${i}`, on, { categories }));
      await importRecords(t.db, papers);
      serial++;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await importRecords(t.db, [listedAs("language", on), listedAs("numbers", on), listedAs("unknown", on)]);
    const { all } = Object.fromEntries(listeners.map(({ name, events }) => [name, events]));
    await all!.hears(({ paperFeatured }) => paperFeatured.node.title === "unknown");
    await importRecords(t.db, [ofArxiv("language", ["cs.CL", "math.CO"]), ofArxiv("numbers", ["stat.ML"])]);
    // Said again, it is no news.
    await importRecords(t.db, [ofArxiv("language", ["cs.CL"])]);
    await importRecords(t.db, [
      listedAs("end of language", on, { categories: ["cs.CL"] }),
      listedAs("end of statistics", on, { categories: ["stat.ML"] }),
    ]);
    for (const { events } of listeners) {
      await events.hears(({ paperFeatured }) => paperFeatured.node.title.startsWith("end"));
    }
    await all!.hears(({ paperFeatured }) => paperFeatured.node.title === "end of statistics");
    const heard = Object.fromEntries(
      listeners.map(({ name, events: { heard } }) => {
        const titles = heard.map(({ data }) => data.paperFeatured.node.title as string);
        return [name, titles.filter((title) => !title.startsWith("waiting"))];
      }),
    );
    expect(heard).toEqual({
      all: ["language", "numbers", "unknown", "end of language", "end of statistics"],
      language: ["language", "end of language"],
      archive: ["language", "end of language"],
      statistics: ["numbers", "end of statistics"],
      withoutMath: ["language", "numbers", "unknown", "end of language", "end of statistics"],
    });
    const { data } = listeners[1]!.events.heard.find((event) => event.data.paperFeatured.node.title === "language")!;
    expect(data.paperFeatured).toEqual({
      rank: expect.any(Number),
      featuredOn: on,
      node: { title: "language", categories: ["cs.CL", "math.CO"] },
    });
    // The order of the feed has not changed by that.
    expect(changed.heard.every((event) => event.data.feedChanged.moved.length > 0)).toBe(true);
  });
});

describe("what a ranking knows of a paper's categories", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const DAY = "2026-01-07";
  const OPEN = new Date("2026-01-07T12:00:00Z");
  const CLOSED = new Date("2026-01-09T00:00:10Z");
  /** Merged alone: feeds are ranked when the test says so. */
  const merge = (...records: SourceRecord[]) =>
    importItems(
      t.db,
      records.map((record) => ({ record, notes: [] })),
    );
  const listen = async () => {
    const hub = createHub(t.db);
    const [all, language] = [await hearHub(hub, null), await hearHub(hub, { categories: ["cs.CL"] })];
    const publish = async () => {
      await hub.publishing.featured();
      await settled();
      return { all: [...all], language: [...language] };
    };
    return { publish, end: () => hub.end() };
  };

  test("decides whom it tells, not what is known when the news is read", async () => {
    const { publish, end } = await listen();
    await merge(listedAs("a", DAY));
    await rankFeeds(t.db, OPEN);
    await merge(ofArxiv("a", ["cs.CL"]));
    expect(await publish()).toEqual({ all: ["a"], language: [] });
    expect(await rankFeeds(t.db, OPEN)).toBe(true);
    expect(await publish()).toEqual({ all: ["a"], language: ["a"] });
    expect(await rankFeeds(t.db, OPEN)).toBe(false);
    await rankFeeds(t.db, CLOSED);
    expect(await publish()).toEqual({ all: ["a"], language: ["a"] });
    end();
  });

  test("is told once to who reads all news at once, as after a lost connection", async () => {
    const { publish, end } = await listen();
    await merge(listedAs("a", DAY), listedAs("b", DAY));
    await rankFeeds(t.db, OPEN);
    await merge(ofArxiv("a", ["cs.CL"]));
    await rankFeeds(t.db, OPEN);
    await merge(listedAs("c", DAY, { categories: ["cs.CL"] }), ofArxiv("b", ["cs.CL"]));
    await rankFeeds(t.db, OPEN);
    expect(await publish()).toEqual({ all: ["a", "b", "c"], language: ["a", "b", "c"] });
    end();
  });

  test("is told of a paper that was ranked with them first, when it enters", async () => {
    const { publish, end } = await listen();
    await merge(listedAs("a", DAY));
    await merge(ofArxiv("a", ["cs.CL"]));
    await rankFeeds(t.db, OPEN);
    expect(await rankFeeds(t.db, OPEN)).toBe(false);
    expect(await publish()).toEqual({ all: ["a"], language: ["a"] });
    end();
  });

  test("is told by the final ranking for the last time", async () => {
    const { publish, end } = await listen();
    await merge(listedAs("a", DAY), listedAs("b", DAY));
    await rankFeeds(t.db, OPEN);
    await merge(ofArxiv("a", ["cs.CL"]));
    await rankFeeds(t.db, CLOSED);
    expect(await publish()).toEqual({ all: ["a", "b"], language: ["a"] });
    await merge(ofArxiv("b", ["cs.CL"]));
    expect(await rankFeeds(t.db, CLOSED)).toBe(false);
    expect(await publish()).toEqual({ all: ["a", "b"], language: ["a"] });
    end();
  });

  test("makes a new ranking of the day alone, in which all stand as before", async () => {
    await merge(listedAs("a", DAY), listedAs("b", DAY));
    await rankFeeds(t.db, OPEN);
    await merge(ofArxiv("b", ["cs.CL"]));
    await rankFeeds(t.db, OPEN);
    const rankings = await t.db.run(
      `select g.period, array_agg(array[p.title, r.awaits_categories::text] order by r.rank) as papers
      from feed_rankings g join feed_ranks r on r.ranking_id = g.id join papers p on p.id = r.paper_id
      group by g.id order by g.period, g.id`,
    );
    const of = (a: boolean, b: boolean) => [
      ["a", String(a)],
      ["b", String(b)],
    ];
    expect(rankings).toEqual([
      { period: "DAY", papers: of(true, true) },
      { period: "DAY", papers: of(true, false) },
      { period: "MONTH", papers: of(false, false) },
      { period: "WEEK", papers: of(false, false) },
    ]);
  });
});
