import { featured, importRecords, sourceRecord } from "../../support/factories";
import { useDatabase } from "../../support/use-api";

const early = new Date("2026-01-10T00:00:00Z");
const late = new Date("2026-01-20T00:00:00Z");

describe("merging records into papers", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const papers = () => t.db.run<Record<string, unknown>>("select * from papers order by id");

  test("titles that differ in case, space and punctuation are one paper when published a day apart", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Deep  $\\alpha$-Nets: A Study", publishedOn: "2026-01-05" })]);
    await importRecords(t.db, [
      sourceRecord({ title: "deep alpha nets — a study", publishedOn: "2026-01-06", arxivId: "2601.00009" }),
    ]);
    expect(await papers()).toMatchObject([{ arxiv_id: "2601.00009" }]);
  });

  test("equal titles two days apart, or with two arXiv ids, are two papers", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Same", publishedOn: "2026-01-05", arxivId: "2601.00001" }),
      sourceRecord({ title: "Same", publishedOn: "2026-01-05", arxivId: "2601.00002" }),
      sourceRecord({ title: "Same", publishedOn: "2026-01-08" }),
    ]);
    expect(await papers()).toHaveLength(3);
  });

  test("two records of one paper in one batch are merged one after the other", async () => {
    const title = "Listed twice";
    const report = await importRecords(t.db, [
      sourceRecord({ title: "Other title", publishedOn: "2026-01-05", arxivId: "2601.00001" }),
      sourceRecord({
        title,
        publishedOn: "2026-01-05",
        arxivId: "2601.00002",
        upvotes: 2,
        featured: featured("2026-01-06"),
        observedAt: early,
      }),
      sourceRecord({
        title,
        publishedOn: "2026-01-05",
        arxivId: "2601.00002",
        upvotes: 42,
        featured: featured("2026-01-16"),
        observedAt: late,
      }),
    ]);
    expect(report).toMatchObject({ read: 3, created: 2, updated: 1 });
    expect(await papers()).toMatchObject([{}, { upvote_count: 42 }]);
    expect(await t.db.run("select day from feed_entries order by day")).toEqual([
      { day: "2026-01-06" },
      { day: "2026-01-16" },
    ]);
  });

  test("a batch may find one paper by its arXiv id and again by its stored title", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Stored", publishedOn: "2026-01-05", arxivId: "2601.00001", observedAt: late }),
    ]);
    const report = await importRecords(t.db, [
      sourceRecord({ title: "Renamed", publishedOn: "2026-01-05", arxivId: "2601.00001", observedAt: early }),
      sourceRecord({ title: "Stored", publishedOn: "2026-01-05", upvotes: 3, observedAt: early }),
    ]);
    expect(report).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
    expect(await papers()).toMatchObject([{ upvote_count: 3 }]);
  });
});
