import { importItems } from "../../../src/ingest/importer";
import type { ImportItem, SourceRecord } from "../../../src/ingest/source-record";
import { featured, importRecords, sourceRecord } from "../../support/factories";
import { useDatabase } from "../../support/use-api";

const early = new Date("2026-01-10T00:00:00Z");
const late = new Date("2026-01-20T00:00:00Z");

describe("merging records into papers", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const papers = () => t.db.run<Record<string, unknown>>("select * from papers order by id");
  const authorsOf = async () =>
    (await t.db.run<{ name: string }>("select name from authorships order by paper_id, position")).map(
      (row) => row.name,
    );

  /** Imports in one order, then in the other into an empty database, and expects the same papers both times. */
  async function inBothOrders(first: SourceRecord, second: SourceRecord, expected: Record<string, unknown>) {
    for (const records of [
      [first, second],
      [second, first],
    ]) {
      await t.db.reset();
      for (const each of records) await importRecords(t.db, [each]);
      const found = await papers();
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject(expected);
    }
  }

  test("a newer record's counts replace, an older one's do not, whichever is imported first", async () => {
    const base = { arxivId: "2601.00001", title: "Counts" };
    await inBothOrders(
      sourceRecord({ ...base, observedAt: early, upvotes: 50, comments: 1, codeStars: 7 }),
      sourceRecord({ ...base, observedAt: late, upvotes: 40, comments: 3 }),
      { imported_upvotes: 40, upvote_count: 40, comment_count: 3, code_stars: 7 },
    );
  });

  test("what a newer record does not know stays known, and what an older one knows fills in", async () => {
    const base = { arxivId: "2601.00001" };
    await inBothOrders(
      sourceRecord({
        ...base,
        observedAt: early,
        title: "Old title",
        abstract: "Known",
        keywords: ["a"],
        codeUrl: "https://x.test/a",
      }),
      sourceRecord({ ...base, observedAt: late, title: "New title", summary: "Short" }),
      { title: "New title", abstract: "Known", summary: "Short", keywords: ["a"], code_url: "https://x.test/a" },
    );
  });

  test("after each batch the counts add up to what was read, repeats and rejected items included", async () => {
    const items: ImportItem[] = Array.from({ length: 25 }, (_, i) => ({
      record: sourceRecord({ arxivId: `2601.000${10 + (i % 20)}`, title: `Title ${i % 20}` }),
      notes: [],
    }));
    items.splice(7, 0, { rejected: { location: "line 8", reason: "It is none." } });
    const sums: [number, number][] = [];
    const report = await importItems(t.db, items, {
      batchSize: 10,
      onBatch: ({ read, created, updated, unchanged, rejected }) =>
        sums.push([read, created + updated + unchanged + rejected]),
    });
    expect(report).toMatchObject({ read: 26, created: 20, unchanged: 5, rejected: 1 });
    expect(sums).toEqual([
      [4, 4],
      [14, 14],
      [24, 24],
      [26, 26],
    ]);
  });

  test("of a large input, only the batch that merges and the next one are held in memory", async () => {
    let read = 0;
    let merged = 0;
    let held = 0;
    function* items(): Generator<ImportItem> {
      for (; read < 200; read++) {
        held = Math.max(held, read - merged);
        yield { record: sourceRecord(), notes: [] };
      }
    }
    const onBatch = (report: { read: number }) => {
      merged = report.read;
    };
    await importItems(t.db, items(), { batchSize: 10, onBatch });
    expect(merged).toBe(200);
    expect(held).toBeLessThanOrEqual(20);
  });

  test("our users' upvotes stay when imported upvotes change", async () => {
    await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001", title: "Voted", upvotes: 5, observedAt: early })]);
    await t.db.run("insert into users (username) values ('ada')");
    await t.db.run("insert into upvotes (user_id, paper_id) select u.id, p.id from users u, papers p");
    await t.db.run("update papers set upvote_count = upvote_count + 1");
    await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001", title: "Voted", upvotes: 3, observedAt: late })]);
    expect(await papers()).toMatchObject([{ imported_upvotes: 3, upvote_count: 4 }]);
  });

  test("names beat a mere count, also when the count is newer", async () => {
    const base = { title: "Who wrote it", publishedOn: "2026-01-05" };
    await inBothOrders(
      sourceRecord({
        ...base,
        observedAt: early,
        arxivId: "2601.00001",
        authors: ["Ada Byron", "Alan Turing"],
        authorCount: 2,
      }),
      sourceRecord({ ...base, observedAt: late, authorCount: 2, upvotes: 6 }),
      { arxiv_id: "2601.00001", author_count: 2, authors_complete: true, upvote_count: 6 },
    );
    expect(await authorsOf()).toEqual(["Ada Byron", "Alan Turing"]);
  });

  test("all names beat some names; among equals the newer list wins", async () => {
    const base = { arxivId: "2601.00001", title: "Names" };
    await inBothOrders(
      sourceRecord({ ...base, observedAt: early, authors: ["A", "B", "C"], authorCount: 3 }),
      sourceRecord({ ...base, observedAt: late, authors: ["A", "B"], authorCount: 3 }),
      { author_count: 3, authors_complete: true },
    );
    expect(await authorsOf()).toEqual(["A", "B", "C"]);
    await importRecords(t.db, [sourceRecord({ ...base, observedAt: late, authors: ["C", "B"], authorCount: 2 })]);
    expect(await authorsOf()).toEqual(["C", "B"]);
  });

  test("namesakes share one author, one paper may print a name twice, and spellings stay", async () => {
    await importRecords(t.db, [
      sourceRecord({ authors: ["J. K. Rowling", "J.K. ROWLING", "Oh"], authorCount: 3 }),
      sourceRecord({ authors: ["J K Rowling"], authorCount: 1 }),
    ]);
    expect(await authorsOf()).toEqual(["J. K. Rowling", "J.K. ROWLING", "Oh", "J K Rowling"]);
    expect(await t.db.run("select name from authors order by name")).toEqual([
      { name: "J. K. Rowling" },
      { name: "Oh" },
    ]);
  });

  test("featuredOn is the latest feed day, whatever the order", async () => {
    const base = { arxivId: "2601.00001", title: "Featured" };
    await inBothOrders(
      sourceRecord({ ...base, observedAt: early, featured: featured("2026-01-06") }),
      sourceRecord({ ...base, observedAt: late, featured: featured("2026-01-16") }),
      { featured_on: "2026-01-16" },
    );
  });

  test("importing the same input again changes nothing, not even updatedAt", async () => {
    const records = [
      sourceRecord({
        arxivId: "2601.00001",
        authors: ["A", "A", "B"],
        authorCount: 4,
        featured: featured("2026-01-06", "10:00:00"),
        upvotes: 3,
      }),
      sourceRecord({ organization: { key: "lab", name: "Lab" }, keywords: ["x"], comments: 1, codeStars: 2 }),
    ];
    await importRecords(t.db, records);
    const before = [
      await papers(),
      await t.db.run("select * from feed_days"),
      await t.db.run("select * from authorships order by 1, 2"),
    ];
    const report = await importRecords(t.db, records);
    expect(report).toEqual({ read: 2, created: 0, updated: 0, unchanged: 2, rejected: 0 });
    expect([
      await papers(),
      await t.db.run("select * from feed_days"),
      await t.db.run("select * from authorships order by 1, 2"),
    ]).toEqual(before);
  });

  test("odd text arrives as it is: tabs in COPY, quotes, backslashes, braces, NULL words", async () => {
    const odd = 'a "quoted" \\ {brace},\tNULL \\N $x$ <think> é 日本';
    await importRecords(t.db, [
      sourceRecord({ title: odd, abstract: odd, keywords: [odd, "NULL", ""], authors: [odd, "NULL"], authorCount: 2 }),
    ]);
    expect(await papers()).toMatchObject([{ title: odd, abstract: odd, keywords: [odd, "NULL", ""] }]);
    expect(await authorsOf()).toEqual([odd, "NULL"]);
  });

  test("two imports at once of the same items create each paper once", async () => {
    const records = Array.from({ length: 50 }, (_, i) =>
      sourceRecord({ arxivId: `2601.1${String(i).padStart(4, "0")}`, authors: ["Same Name"], authorCount: 1 }),
    );
    const reports = await Promise.all([
      importRecords(t.db, records, 7),
      importRecords(t.db, [...records].reverse(), 11),
    ]);
    expect(await papers()).toHaveLength(50);
    expect(reports.reduce((sum, report) => sum + report.created, 0)).toBe(50);
  });
});
