import { papersOfNextDigest } from "../../src/digests/deliveries/next-digest.service";
import { planDigests } from "../../src/digests/deliveries/plan.service";
import { previewDigest } from "../../src/digests/deliveries/preview";
import { DigestFrequency } from "../../src/digests/digest.types";
import type { DigestSubscription } from "../../src/digests/subscriptions/subscription.entity";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { nearAmong } from "../../src/meaning/near-among";
import { encodeNodeId } from "../../src/nodes/node-id";
import { matchFilters } from "../../src/papers/match-filters";
import type { PaperFilter } from "../../src/papers/paper-filter.input";
import { createHub, hear, settled } from "../live/hub";
import { addressOf } from "../support/api";
import { ledger, plainRenderers, readableLog, settings, subscribe } from "../support/digests";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { describeByPlace } from "../support/pgvector/places";
import { useApiOn } from "../support/use-api";

const DAY = "2026-10-05";
const LATER = new Date("2026-10-09T00:00:10Z");
const CODES = "Quantum error correction codes";
const QUBITS = "Fault-tolerant logical qubits on a surface code";
const NEAR = [CODES, QUBITS];
const EMPTY: PaperFilter = {
  keywords: [],
  excludeKeywords: [],
  categories: [],
  excludeCategories: [],
  authorIds: [],
  organizationIds: [],
  near: [],
};

describeByPlace("papers that are near to given ones", (place) => {
  const t = useApiOn(place.open, { digests: settings, webFeeds: { hub: null, tag: null } });
  const ids = new Map<string, number>();
  let near: string[];
  const on = (day: string) => ({ featured: featured(day) });
  beforeAll(async () => {
    await importRecords(t.db, [
      sourceRecord({ title: CODES, abstract: "Logical qubits of a surface code.", upvotes: 9, ...on(DAY) }),
      sourceRecord({ title: QUBITS, upvotes: 8, ...on(DAY) }),
      sourceRecord({ title: "Recommending news to readers", upvotes: 7, ...on(DAY) }),
      sourceRecord({ title: "Click prediction for articles of news sites", upvotes: 6, ...on(DAY) }),
      sourceRecord({ title: "大规模语言模型", upvotes: 5, ...on(DAY) }),
    ]);
    await rankFeeds(t.db, LATER);
    for (const { id, title } of await t.db.run<{ id: number; title: string }>("select id, title from papers"))
      ids.set(title, id);
    near = [encodeNodeId("Paper", ids.get(CODES)!)];
  });

  const LISTS = [
    ["all papers", "list: papers(filter: $filter) { totalCount nodes { title } }"],
    ["a feed", `feed(on: "${DAY}") { list: papers(filter: $filter) { totalCount nodes { title } } }`],
    ["the changes", "list: paperChanges(filter: $filter) { totalCount nodes { title } }"],
    ["a search", 'list: searchPapers(query: "code or codes or news", filter: $filter) { totalCount nodes { title } }'],
    [
      "a search by meaning",
      'list: searchPapers(query: "news", mode: MEANING, filter: $filter) { totalCount nodes { title } }',
    ],
    ["a hybrid one", 'list: searchPapers(query: "news", mode: HYBRID, filter: $filter) { totalCount nodes { title } }'],
    ["similar papers", "list: similarPapers(to: $to, filter: $filter) { totalCount nodes { title } }"],
  ] as const;

  test.each(LISTS)("are kept of %s", async (_, list) => {
    const query = `query ($filter: PaperFilter, $to: [ID!]!) { ${list} nodes(ids: $to) { id } }`;
    const to = [encodeNodeId("Paper", ids.get("Recommending news to readers")!)];
    const data = await t.api.data(query, { filter: { near }, to });
    const { totalCount, nodes } = data.list ?? data.feed.list;
    expect(nodes.map((node: { title: string }) => node.title).sort()).toEqual([...NEAR].sort());
    expect(totalCount).toBe(2);
    const narrower = await t.api.data(query, { filter: { near, minUpvotes: 9 }, to });
    expect((narrower.list ?? narrower.feed.list).nodes).toEqual([{ title: CODES }]);
  });

  test("are kept of what trends, with its count", async () => {
    const query = "query ($filter: PaperFilter) { trendingPapers(filter: $filter) { totalCount nodes { title } } }";
    await t.db
      .run(
        "insert into trending_scores (paper_id, window_name, score) select id, 'WEEK', 100 from papers on conflict do nothing",
      )
      .catch(() => {});
    const { trendingPapers: all } = await t.api.data(query);
    const { trendingPapers: kept } = await t.api.data(query, { filter: { near } });
    const titles = all.nodes.map((node: { title: string }) => node.title);
    expect(kept.nodes.map((node: { title: string }) => node.title)).toEqual(
      titles.filter((each: string) => NEAR.includes(each)),
    );
    expect(kept.totalCount).toBe(kept.nodes.length);
  });

  test("are kept of a web feed", async () => {
    const get = async (path: string) => (await fetch(`http://${addressOf(t.api)}${path}`)).json();
    const { items } = await get(`/feeds/day.json?on=${DAY}&near=${near[0]}`);
    expect(items.map((item: { title: string }) => item.title)).toEqual(NEAR);
  });

  test("are told to listeners and webhooks, also such as came this moment, alike to the paper named", async () => {
    const hub = createHub(t.db);
    const heard = await hear(hub, { near });
    const title = "Logical qubits and surface codes, again";
    await importRecords(t.db, [
      sourceRecord({ title, ...on("2026-10-06") }),
      sourceRecord({ title: "Cooking", ...on("2026-10-06") }),
    ]);
    await rankFeeds(t.db, LATER);
    expect(await hub.publishing.featured()).toBe(true);
    await settled();
    expect(heard).toEqual([title]);
    hub.end();
    const filters = [JSON.stringify({ near }), JSON.stringify({ near, minUpvotes: 9 })];
    const found = await matchFilters(t.db, [...ids.values()], filters, nearAmong, () => {});
    expect(filters.map((filter) => [...found.get(filter)!].sort())).toEqual([
      NEAR.map((each) => ids.get(each)),
      [ids.get(CODES)],
    ]);
    await t.db.run("delete from papers where featured_on = '2026-10-06'");
  });

  test("are sent in digests, and shown before", async () => {
    const [id] = await subscribe(t.db, 1, { filter: JSON.stringify({ near }) });
    const [subscription] = await t.db.run<DigestSubscription>(
      "select id, frequency, filter from digest_subscriptions where id = $1",
      [id],
    );
    const context = { settings, renderers: plainRenderers, now: LATER };
    const { mail } = await previewDigest(t.db, context, {
      frequency: DigestFrequency.DAILY,
      on: DAY,
      filter: { near },
    });
    const text = mail.toString();
    expect(text).toContain(QUBITS.slice(0, 14));
    expect(text).not.toContain("Recommending");
    const clock = (await papersOfNextDigest(t.db, subscription!, 9)).map(({ title }) => title);
    await planDigests(t.db, LATER, readableLog().log);
    expect((await ledger(t.db)).map(({ titles }) => titles)).toEqual([NEAR]);
    expect([[], NEAR]).toContainEqual(clock);
  });

  test("are none where the given ones have no word that is known", async () => {
    const query = "query ($filter: PaperFilter) { papers(filter: $filter) { totalCount } }";
    const { papers } = await t.api.data(query, {
      filter: { near: [encodeNodeId("Paper", ids.get("大规模语言模型")!)] },
    });
    expect(papers.totalCount).toBe(0);
  });

  test("are any where none is given, as by any empty list, in every list", async () => {
    const to = [near[0]!];
    for (const [, list] of LISTS) {
      const query = `query ($filter: PaperFilter, $to: [ID!]!) { ${list} nodes(ids: $to) { id } }`;
      const data = await t.api.data(query, { to });
      expect((data.list ?? data.feed.list).totalCount).toBeGreaterThan(1);
      expect(await t.api.data(query, { filter: EMPTY, to })).toEqual(data);
    }
  });

  test("are any where none is given, for listeners, webhooks and digests", async () => {
    const hub = createHub(t.db);
    const heard = await hear(hub, EMPTY);
    await importRecords(t.db, [sourceRecord({ title: "Cooking", ...on("2026-10-06") })]);
    await rankFeeds(t.db, LATER);
    await hub.publishing.featured();
    await settled();
    expect(heard).toEqual(["Cooking"]);
    hub.end();
    const filter = JSON.stringify(EMPTY);
    const found = await matchFilters(t.db, [...ids.values()], [filter], nearAmong, () => {});
    expect([...found.get(filter)!].sort()).toEqual([...ids.values()].sort());
    const context = { settings, renderers: plainRenderers, now: LATER };
    const { paperCount } = await previewDigest(t.db, context, {
      frequency: DigestFrequency.DAILY,
      on: DAY,
      filter: EMPTY,
    });
    expect(paperCount).toBe(5);
    await t.db.run("delete from papers where featured_on = '2026-10-06'");
  });

  test("need at most 20 ids of papers, everywhere", async () => {
    const refused = async (given: string[]) =>
      (
        await t.api.ask("query ($filter: PaperFilter) { papers(filter: $filter) { totalCount } }", {
          filter: { near: given },
        })
      ).errors![0]!;
    expect((await refused(Array(21).fill(near[0]))).message).toBe("near takes at most 20 ids, not 21.");
    expect(await refused([near[0]!, encodeNodeId("Author", 1)])).toMatchObject({
      message: "near[1] is not the id of a Paper.",
      extensions: { code: "BAD_USER_INPUT", argument: "filter.near.1" },
    });
  });
});
