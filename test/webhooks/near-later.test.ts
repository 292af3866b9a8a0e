import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useOwnModel } from "../support/own-model";
import { DAY, daysAgo, HOUR, MINUTE, told, useWebhooks } from "./use-webhooks";

describe("papers whose vectors are written after they entered a feed", () => {
  const t = useWebhooks();
  const { embed } = useOwnModel(t);

  const idOf = async (title: string) =>
    (await t.api.data("{ papers(first: 100) { nodes { id title } } }")).papers.nodes.find(
      (each: { title: string }) => each.title === title,
    ).id;
  const hook = async (events: string[], filter: object, more: object = {}) => {
    const receiver = await t.receiver();
    const { webhook } = await t.create({ url: receiver.url, events, filter, ...more });
    return { id: webhook.id, receiver, titles: () => told(receiver) };
  };
  const deliver = async (now = new Date()) => {
    await t.plan(now);
    await t.send(new Date(now.getTime() + MINUTE));
  };
  const listed = (title: string, on = daysAgo(0)) =>
    importRecords(t.db, [sourceRecord({ title, publishedOn: undefined, featured: featured(on) })]);
  const given = async () => {
    await importRecords(t.db, [sourceRecord({ title: "graph coloring" })]);
    await embed();
    await deliver();
    return idOf("graph coloring");
  };

  test("are told then to webhooks that ask for what is near, to all others on entering, to nobody twice", async () => {
    const near = [await given()];
    const all = await hook(["PAPER_FEATURED"], {});
    const alike = await hook(["PAPER_FEATURED"], { near });
    for (const title of ["coloring of a graph", "protein folding"]) await listed(title);
    await deliver();
    await deliver();
    expect(all.titles()).toEqual(["paper.featured coloring of a graph", "paper.featured protein folding"]);
    expect(alike.titles()).toEqual([]);
    await embed();
    await Promise.all([deliver(), deliver()]);
    await deliver();
    expect(alike.titles()).toEqual(["paper.featured coloring of a graph"]);
    expect(all.titles()).toHaveLength(2);
    // It is the same event, with what was true when it happened.
    expect(alike.receiver.received[0]).toMatchObject({ id: all.receiver.received[0]!.id });
  });

  test.each(["categories first", "vectors first"])(
    "and their categories are told once both are known: %s",
    async (order) => {
      const near = [await given()];
      const language = await hook(["PAPER_FEATURED"], { near, categories: ["cs.CL"] });
      const alike = await hook(["PAPER_FEATURED"], { near });
      const ofArxiv = () =>
        importRecords(t.db, [
          sourceRecord({
            title: "graph coloring again",
            publishedOn: undefined,
            source: "arxiv",
            categories: ["cs.CL"],
          }),
        ]);
      await listed("graph coloring again");
      await deliver();
      const learned = order === "categories first" ? [ofArxiv, embed] : [embed, ofArxiv];
      for (const learn of learned) {
        expect(language.titles()).toEqual([]);
        await learn();
        await deliver();
      }
      await embed();
      await deliver();
      expect(language.titles()).toEqual(["paper.featured graph coloring again"]);
      expect(alike.titles()).toEqual(["paper.featured graph coloring again"]);
    },
  );

  test("are told up to two weeks later", async () => {
    const alike = await hook(["PAPER_FEATURED"], { near: [await given()] });
    await listed("graph coloring again");
    await deliver();
    await embed();
    await deliver(new Date(Date.now() + 15 * DAY));
    expect(alike.titles()).toEqual([]);
    await deliver(new Date(Date.now() + 13 * DAY));
    expect(alike.titles()).toEqual(["paper.featured graph coloring again"]);
  });

  test("hold back a final feed from webhooks that ask for what is near, for a day at most", async () => {
    const near = [await given()];
    const more = { feedPeriods: ["DAY"] };
    const all = await hook(["FEED_FINAL"], {}, more);
    const alike = await hook(["FEED_FINAL"], { near }, more);
    const close = async (day: string, titles: string[]) => {
      for (const title of titles) await listed(title, day);
      await rankFeeds(t.db);
      await deliver();
      await deliver();
    };
    await close(daysAgo(4), ["graph coloring one", "other things"]);
    expect(all.titles()).toHaveLength(1);
    expect(alike.titles()).toEqual([]);
    await embed();
    await Promise.all([deliver(), deliver()]);
    await deliver();
    expect(alike.titles()).toEqual(["feed.final graph coloring one"]);
    expect(all.titles()).toHaveLength(1);
    // One of the next feed is never embedded.
    await listed("graph coloring two", daysAgo(3));
    await embed();
    await close(daysAgo(3), ["never embedded"]);
    expect(alike.titles()).toHaveLength(1);
    await deliver(new Date(Date.now() + 25 * HOUR));
    await deliver(new Date(Date.now() + 25 * HOUR));
    expect(alike.titles()).toEqual(["feed.final graph coloring one", "feed.final graph coloring two"]);
    expect(all.titles()).toHaveLength(2);
  });
});
