import type { SourceRecord } from "../../src/ingest/source-record";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { DAY, daysAgo, MINUTE, told, useWebhooks } from "./use-webhooks";

const UPVOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";

describe("papers whose categories become known after they entered a feed", () => {
  const t = useWebhooks();

  const listed = (title: string, over: Partial<SourceRecord> = {}) =>
    importRecords(t.db, [sourceRecord({ title, publishedOn: undefined, featured: featured(daysAgo(0)), ...over })]);
  const ofArxiv = (title: string, categories: string[]) =>
    importRecords(t.db, [sourceRecord({ title, publishedOn: undefined, source: "arxiv", categories })]);
  const hook = async (events: string[], filter: object) => {
    const receiver = await t.receiver();
    const { webhook } = await t.create({ url: receiver.url, events, filter });
    const titles = () => told(receiver);
    return { id: webhook.id, titles, receiver };
  };
  const deliver = async (now = new Date()) => {
    await t.plan(now);
    await t.send(new Date(now.getTime() + MINUTE));
  };

  test("are told to webhooks with these categories then, to all others on entering, to nobody twice", async () => {
    const events = ["PAPER_FEATURED"];
    const all = await hook(events, {});
    const language = await hook(events, { categories: ["cs.CL"] });
    const archive = await hook(events, { categories: ["cs"], excludeCategories: ["math"] });
    const withoutMath = await hook(events, { excludeCategories: ["math"] });
    for (const title of ["language", "numbers", "unknown"]) await listed(title);
    await deliver();
    expect(language.titles()).toEqual([]);
    await ofArxiv("language", ["cs.CL"]);
    await ofArxiv("numbers", ["cs.CL", "math.CO"]);
    await deliver();
    // Known from the beginning, or said again, they are told as ever.
    await listed("end", { categories: ["cs.CL"] });
    await ofArxiv("language", ["cs.CL", "cs.LG"]);
    await deliver();
    const featuredAs = (...titles: string[]) => titles.map((title) => `paper.featured ${title}`);
    expect(all.titles()).toEqual(featuredAs("language", "numbers", "unknown", "end"));
    expect(withoutMath.titles()).toEqual(featuredAs("language", "numbers", "unknown", "end"));
    expect(language.titles()).toEqual(featuredAs("language", "numbers", "end"));
    expect(archive.titles()).toEqual(featuredAs("language", "end"));
    // It is the same event, with what was true when it happened.
    expect(language.receiver.received[0]).toMatchObject({
      id: all.receiver.received[0]!.id,
      body: all.receiver.received[0]!.body,
    });
  });

  test("are told by the filter that a webhook has then, but not again", async () => {
    const events = ["PAPER_FEATURED"];
    const later = await hook(events, { categories: ["math"] });
    const before = await hook(events, {});
    await listed("language");
    await deliver();
    await t.update({ id: later.id, filter: { categories: ["cs.CL"] } });
    await t.update({ id: before.id, filter: { categories: ["cs.CL"] } });
    const tooLate = await hook(events, { categories: ["cs.CL"] });
    await ofArxiv("language", ["cs.CL"]);
    await Promise.all([deliver(), deliver()]);
    expect(later.titles()).toEqual(["paper.featured language"]);
    expect(before.titles()).toEqual(["paper.featured language"]);
    expect(tooLate.titles()).toEqual([]);
  });

  test("are told up to two weeks later, when the feed has long been final", async () => {
    const language = await hook(["PAPER_FEATURED"], { categories: ["cs.CL"] });
    for (const title of ["in time", "too late"]) await listed(title);
    await deliver();
    await ofArxiv("in time", ["cs.CL"]);
    await deliver(new Date(Date.now() + 13 * DAY));
    await ofArxiv("too late", ["cs.CL"]);
    await deliver(new Date(Date.now() + 15 * DAY));
    expect(language.titles()).toEqual(["paper.featured in time"]);
  });

  test("and trend before that are told as trending then; that they changed is told once", async () => {
    const language = await hook(["PAPER_TRENDING"], { categories: ["cs.CL"] });
    const changed = await hook(["PAPER_CHANGED"], { categories: ["cs.CL"] });
    await listed("language");
    const { papers } = await t.api.data("{ papers(first: 1) { nodes { id } } }");
    for (const name of ["bob", "bea", "cleo"]) {
      await t.api.data(UPVOTE, { id: papers.nodes[0].id }, await signIn(t.db, name));
    }
    await deliver();
    expect(language.titles()).toEqual([]);
    await ofArxiv("language", ["cs.CL"]);
    await deliver();
    await deliver();
    expect(language.titles()).toEqual(["paper.trending language"]);
    expect(changed.titles()).toEqual(["paper.changed language"]);
  });
});
