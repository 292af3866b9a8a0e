import { sql } from "../../src/db/sql";
import { countPaperCountMismatches } from "../../src/facets/count-mismatches";
import { runCountsCommand } from "../../src/facets/counts-command";
import { repairPaperCounts } from "../../src/facets/repair-counts";
import type { SourceRecord } from "../../src/ingest/source-record";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";

describe("numbers of papers that are kept", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const record = (i: number, over: Partial<SourceRecord> = {}): SourceRecord =>
    sourceRecord({
      arxivId: `2601.${String(i).padStart(5, "0")}`,
      keywords: [`topic ${i % 3}`, "LLMs"],
      categories: ["cs.CL", i % 2 === 0 ? "cs.LG" : "hep-th"],
      authors: ["Ada", `Author ${i % 5}`],
      authorCount: 2,
      organization: { key: `o${i % 4}`, name: `Organization ${i % 4}` },
      featured: featured(i % 2 === 0 ? "2026-01-31" : "2026-02-01"),
      ...over,
    });
  /** All kept numbers, by what papers call them. */
  const kept = () =>
    t.db.run<{ of: string; name: string; papers: number }>(`
      select * from (
        select 'organization' as of, name, paper_count as papers from organizations
        union all select 'author', name || paper_count_class, paper_count from authors
        union all select 'category', category, paper_count from category_counts
        union all select 'month', month::text, paper_count from featured_months
        union all select 'spelling', spelling, paper_count from topic_spellings
        union all select 'topic', label, paper_count from topics
      ) k order by of, name`);
  const records = (over: (i: number) => Partial<SourceRecord> = () => ({})) =>
    Array.from({ length: 60 }, (_, i) => record(i, over(i)));

  test("are right after two imports at once, of the same papers and of others", async () => {
    await Promise.all([
      importRecords(t.db, records(), 7),
      importRecords(t.db, [...records().reverse(), record(99)], 11),
    ]);
    expect(await t.db.run("select count(*)::int as count from papers")).toEqual([{ count: 61 }]);
    expect(await countPaperCountMismatches(t.db)).toEqual({});
  });

  test("are right after papers were told otherwise, moved to another day, and deleted", async () => {
    await importRecords(t.db, records());
    const later = { observedAt: new Date("2026-01-12T00:00:00Z"), categories: ["stat.ML"], keywords: ["LLM", "LLMs"] };
    await importRecords(
      t.db,
      records((i) =>
        i % 3 === 0 ? { ...later, authors: ["Bo", "Bo"], organization: { key: "o9", name: "Nine" } } : later,
      ),
    );
    expect(await countPaperCountMismatches(t.db)).toEqual({});
    await t.db.run("delete from papers where id % 2 = 0");
    expect(await countPaperCountMismatches(t.db)).toEqual({});
  });

  test.each([
    ["organizations", "update organizations set paper_count = paper_count + 1 where key = 'o1'"],
    ["authors", "update authors set paper_count = 0 where name = 'Ada'"],
    ["authors", "update authors set paper_count_class = 5 where name = 'Ada'"],
    ["categories", "delete from category_counts where category = 'cs'"],
    ["months", "insert into featured_months values ('2020-01-01', 1)"],
    ["spellings", "update topic_spellings set paper_count = 1 where spelling = 'LLMs'"],
    ["topics", "update topics set label = 'x' where label = 'LLMs'"],
  ])("that are wrong are found, and mended: %s after %s", async (of, statement) => {
    await importRecords(t.db, records());
    const before = await kept();
    t.db.allowWrongCounts();
    await t.db.run(statement);
    expect(await countPaperCountMismatches(t.db)).toEqual({ [of]: 1 });
    expect(await repairPaperCounts(t.db)).toEqual({ [of]: 1 });
    expect(await countPaperCountMismatches(t.db)).toEqual({});
    expect((await kept()).filter(({ papers }) => papers > 0)).toEqual(before);
  });

  test("are right of a topic that has no spelling left", async () => {
    await importRecords(t.db, records());
    t.db.allowWrongCounts();
    await t.db.run("update papers set keywords = '{}'");
    await t.db.run("delete from topic_spellings");
    await repairPaperCounts(t.db);
    expect(await runCountsCommand(t.db, [])).toBe("All numbers of papers are right.");
  });

  test("that an older version left out are mended, while papers are read and more are imported; then nothing is written", async () => {
    t.db.allowWrongCounts();
    await importRecords(t.db, records());
    const right = await kept();
    await t.db.run(`
      update organizations set paper_count = 0;
      update authors set paper_count = 0, paper_count_class = 0;
      delete from category_counts;
      delete from featured_months;
      delete from topic_spellings;
      delete from topics`);
    await expect(runCountsCommand(t.db, [])).rejects.toThrow(
      /are wrong; mend them with --repair:\n {2}organizations: 4\n/,
    );
    await t.db.transaction(async (tx) => {
      // Rows that are read: a reader locks nothing, and waits for nothing.
      await tx.query(sql`select * from papers, authors`);
      expect(await runCountsCommand(t.db, ["--repair"])).toContain("are mended");
    });
    expect(await kept()).toEqual(right);
    await Promise.all([
      repairPaperCounts(t.db),
      importRecords(t.db, [record(99), record(98)]),
      repairPaperCounts(t.db),
    ]);
    expect(await countPaperCountMismatches(t.db)).toEqual({});
    const written = () => t.db.run("select xmin::text from topics union all select xmin::text from authors order by 1");
    const before = await written();
    expect(await runCountsCommand(t.db, ["--repair"])).toBe("All numbers of papers are right.");
    expect(await written()).toEqual(before);
  });

  test.each([["repair"], ["--repiar"]])("the command refuses %s", async (argument) => {
    await expect(runCountsCommand(t.db, [argument])).rejects.toThrow("Usage:");
  });
});
