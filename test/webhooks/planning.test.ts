import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { createLog } from "../../src/log";
import { planWebhooks } from "../../src/webhooks/events/plan.service";
import { createPlanDeps } from "../../src/webhooks/events/plan-deps";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { verified } from "../support/receiver";
import { DAY, daysAgo, told, useWebhooks } from "./use-webhooks";

const UPVOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";
const CHANGES = "query ($after: String) { paperChanges(first: 100, after: $after) { nodes { title } } }";
const ALL = ["PAPER_FEATURED", "FEED_FINAL", "PAPER_TRENDING", "PAPER_CHANGED", "PAPER_WITHDRAWN"];

describe("events for webhooks", () => {
  const t = useWebhooks();

  const idOf = async (title: string) =>
    (await t.api.data("{ papers(first: 100) { nodes { id title } } }")).papers.nodes.find(
      (each: { title: string }) => each.title === title,
    ).id;
  const vote = async (title: string, ...names: string[]) => {
    const id = await idOf(title);
    for (const name of names) await t.api.data(UPVOTE, { id }, await signIn(t.db, name));
  };
  const deliver = async () => {
    await t.plan();
    return t.send();
  };

  test("tell of a paper that comes into a day's feed, with its rank and where to read on", async () => {
    const receiver = await t.receiver();
    const { secret } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.paper({ title: "First", arxivId: "2601.00001", url: "https://arxiv.org/abs/2601.00001", upvotes: 3 });
    expect(await deliver()).toBe(1);
    const [message] = receiver.received;
    const payload = verified(message!, secret);
    expect(payload).toEqual({
      type: "paper.featured",
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        paper: {
          id: await idOf("First"),
          arxivId: "2601.00001",
          title: "First",
          links: { page: "https://arxiv.org/abs/2601.00001", pdf: null, code: null },
        },
        feed: { id: expect.any(String), period: "DAY", key: daysAgo(0) },
        rank: 1,
        changesAfter: expect.any(String),
      },
    });
    await t.paper({ title: "Second" });
    const { paperChanges } = await t.api.data(CHANGES, { after: payload.data.changesAfter });
    expect(paperChanges.nodes).toEqual([{ title: "Second" }]);
  });

  test("come once, however often and by however many processes they are planned", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.paper({ title: "First" });
    await Promise.all(Array.from({ length: 4 }, () => t.plan()));
    await vote("First", "bob");
    await Promise.all(Array.from({ length: 4 }, () => t.plan()));
    await t.send();
    expect(told(receiver)).toEqual(["paper.featured First"]);
  });

  test("are ranked before they are told, though the ranking is not due yet", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await importRecords(t.db, [sourceRecord({ title: "First", featured: featured(daysAgo(0)) })]);
    await deliver();
    expect(JSON.parse(receiver.received[0]!.body).data.rank).toBe(1);
  });

  test("are those of papers that the filter keeps", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"], filter: { keywords: ["agents"], hasCode: true } });
    await t.paper({ title: "Of agents", codeUrl: "https://github.com/a/b" });
    await t.paper({ title: "Of agents without code" });
    await t.paper({ title: "Of others", codeUrl: "https://github.com/a/c" });
    await deliver();
    expect(told(receiver)).toEqual(["paper.featured Of agents"]);
  });

  test("are those that happen after the webhook was created", async () => {
    await t.paper({ title: "Before" });
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ALL });
    await vote("Before", "bob");
    await t.paper({ title: "After" });
    await deliver();
    expect(told(receiver)).toEqual(["paper.featured After"]);
  });

  test("are not made by an import of days long past", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ALL, feedPeriods: ["DAY", "WEEK", "MONTH"] });
    await importRecords(t.db, [sourceRecord({ title: "Old", featured: featured("2020-01-06") })]);
    await rankFeeds(t.db);
    await deliver();
    expect(told(receiver)).toEqual([]);
  });

  test("tell of changed content, not of new counts", async () => {
    await t.paper({ title: "Paper", arxivId: "2601.00002" });
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_CHANGED"] });
    await vote("Paper", "bob");
    await deliver();
    expect(told(receiver)).toEqual([]);
    const newer = { arxivId: "2601.00002", observedAt: new Date("2026-02-01T00:00:00Z") };
    await importRecords(t.db, [sourceRecord({ ...newer, title: "Renamed" })]);
    await deliver();
    await vote("Renamed", "bea");
    await deliver();
    expect(told(receiver)).toEqual(["paper.changed Renamed"]);
  });

  test("tell of a withdrawal, once", async () => {
    await t.paper({ title: "Paper", arxivId: "2601.00003" });
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_WITHDRAWN"] });
    await t.db.run(`with gone as (update papers set withdrawn_at = '2026-02-01', updated_at = clock_timestamp() returning id)
      insert into paper_touches (paper_id, upvotes_changed) select id, false from gone`);
    await deliver();
    await vote("Paper", "bob");
    await deliver();
    expect(told(receiver)).toEqual(["paper.withdrawn Paper"]);
    expect(JSON.parse(receiver.received[0]!.body).data.withdrawnAt).toBe("2026-02-01T00:00:00.000Z");
  });

  test("tell once of each window in which a paper trends, of several at once in one message", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_TRENDING"] });
    await t.paper({ title: "Paper" });
    await vote("Paper", "bob", "bea");
    await deliver();
    expect(told(receiver)).toEqual([]);
    await vote("Paper", "cleo");
    await deliver();
    await vote("Paper", "dan");
    await deliver();
    expect(told(receiver)).toEqual(["paper.trending Paper"]);
    expect(JSON.parse(receiver.received[0]!.body).data.windows).toEqual(["DAY", "WEEK", "MONTH", "QUARTER"]);
  });

  test("tell of a feed when it is final: of its best five that the filter keeps, and of the periods that are chosen", async () => {
    const all = await t.receiver();
    const some = await t.receiver();
    const none = await t.receiver();
    const weeks = await t.receiver();
    await t.create({ url: all.url, events: ["FEED_FINAL"] });
    await t.create({ url: some.url, events: ["FEED_FINAL"], filter: { keywords: ["agents"] } });
    await t.create({ url: none.url, events: ["FEED_FINAL"], filter: { keywords: ["nothing"] } });
    await t.create({ url: weeks.url, events: ["FEED_FINAL"], feedPeriods: ["WEEK"] });
    const day = daysAgo(3);
    const titles = ["Alpha", "Beta agents", "Gamma", "Delta", "Epsilon", "Zeta agents"];
    await importRecords(
      t.db,
      titles.map((title, i) => sourceRecord({ title, featured: featured(day), upvotes: 10 - i })),
    );
    await rankFeeds(t.db);
    await t.plan();
    await t.plan();
    await t.send();
    expect(told(all)).toEqual(["feed.final Alpha, Beta agents, Gamma, Delta, Epsilon"]);
    expect(told(some)).toEqual(["feed.final Beta agents, Zeta agents"]);
    const { data } = JSON.parse(some.received[0]!.body);
    expect(data.papers.map(({ rank }: { rank: number }) => rank)).toEqual([2, 6]);
    expect(data).toMatchObject({ totalCount: 2, feed: { period: "DAY", key: day } });
    expect(told(none)).toEqual([]);
    expect(told(weeks).every((line) => line.startsWith("feed.final"))).toBe(true);
  });

  test("of a filter that does not work any more disable its webhooks, and no others", async () => {
    const receiver = await t.receiver();
    const { webhook } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"], filter: { keywords: ["x1"] } });
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.db.run(`update webhooks set filter = '{"authorIds": ["garbage"]}' where filter <> '{}'`);
    await t.paper({ title: "Paper" });
    await deliver();
    expect(told(receiver)).toEqual(["paper.featured Paper"]);
    const found = (await t.list()).find(({ id }: { id: string }) => id === webhook.id);
    expect(found.disabledReason).toBe("Its filter does not work: set another one, and enable it.");
  });

  test("of two weeks in which nobody planned are all told", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED", "PAPER_CHANGED"] });
    const records = Array.from({ length: 250 }, (_, i) => sourceRecord({ featured: featured(daysAgo(i % 10)) }));
    await importRecords(t.db, records, 50);
    await planWebhooks(createPlanDeps(t.db, createLog("silent")), new Date(Date.now() + DAY));
    const [count] = await t.db.run<{ count: string }>("select count(*) from webhook_deliveries");
    expect(count).toEqual({ count: "250" });
  });
});
