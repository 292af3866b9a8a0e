import { importItems } from "../src/ingest/importer";
import type { ImportItem, PaperLook } from "../src/ingest/look";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { featured, importLooks, look } from "./support/factories";

const early = new Date("2026-01-10T00:00:00Z");
const late = new Date("2026-01-20T00:00:00Z");

describe("merging looks into papers", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterEach(() => db.reset());
  afterAll(() => db.close());

  const papers = () => db.run<Record<string, unknown>>("select * from papers order by id");
  const authorsOf = async () =>
    (await db.run<{ name: string }>("select name from authorships order by paper_id, position")).map((row) => row.name);

  /** Imports in one order, then in the other into an empty database, and expects the same papers both times. */
  async function inBothOrders(first: PaperLook, second: PaperLook, expected: Record<string, unknown>) {
    for (const looks of [
      [first, second],
      [second, first],
    ]) {
      await db.reset();
      for (const each of looks) await importLooks(db, [each]);
      const found = await papers();
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject(expected);
    }
  }

  test("a newer look's counts replace, an older one's do not, whichever is imported first", async () => {
    const base = { arxivId: "2601.00001", title: "Counts" };
    await inBothOrders(
      look({ ...base, seenAt: early, upvotes: 50, comments: 1, codeStars: 7 }),
      look({ ...base, seenAt: late, upvotes: 40, comments: 3 }),
      { imported_upvotes: 40, upvote_count: 40, comment_count: 3, code_stars: 7 },
    );
  });

  test("what a newer look does not know stays known, and what an older one knows fills in", async () => {
    const base = { arxivId: "2601.00001" };
    await inBothOrders(
      look({
        ...base,
        seenAt: early,
        title: "Old title",
        abstract: "Known",
        keywords: ["a"],
        codeUrl: "https://x.test/a",
      }),
      look({ ...base, seenAt: late, title: "New title", summary: "Short" }),
      { title: "New title", abstract: "Known", summary: "Short", keywords: ["a"], code_url: "https://x.test/a" },
    );
  });

  test("after each batch the counts add up to what was read, repeats and rejected items included", async () => {
    const items: ImportItem[] = Array.from({ length: 25 }, (_, i) => ({
      look: look({ arxivId: `2601.000${10 + (i % 20)}`, title: `Title ${i % 20}` }),
      notes: [],
    }));
    items.splice(7, 0, { rejected: { place: "line 8", reason: "It is none." } });
    const sums: [number, number][] = [];
    const report = await importItems(db, items, {
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
        yield { look: look(), notes: [] };
      }
    }
    const onBatch = (report: { read: number }) => {
      merged = report.read;
    };
    await importItems(db, items(), { batchSize: 10, onBatch });
    expect(merged).toBe(200);
    expect(held).toBeLessThanOrEqual(20);
  });

  test("our users' upvotes stay when imported upvotes change", async () => {
    await importLooks(db, [look({ arxivId: "2601.00001", title: "Voted", upvotes: 5, seenAt: early })]);
    await db.run("insert into users (username) values ('ada')");
    await db.run("insert into upvotes (user_id, paper_id) select u.id, p.id from users u, papers p");
    await db.run("update papers set upvote_count = upvote_count + 1");
    await importLooks(db, [look({ arxivId: "2601.00001", title: "Voted", upvotes: 3, seenAt: late })]);
    expect(await papers()).toMatchObject([{ imported_upvotes: 3, upvote_count: 4 }]);
  });

  test("names beat a mere count, also when the count is newer", async () => {
    const base = { title: "Who wrote it", publishedOn: "2026-01-05" };
    await inBothOrders(
      look({ ...base, seenAt: early, arxivId: "2601.00001", authors: ["Ada Byron", "Alan Turing"], authorCount: 2 }),
      look({ ...base, seenAt: late, authorCount: 2, upvotes: 6 }),
      { arxiv_id: "2601.00001", author_count: 2, authors_complete: true, upvote_count: 6 },
    );
    expect(await authorsOf()).toEqual(["Ada Byron", "Alan Turing"]);
  });

  test("all names beat some names; among equals the newer list wins", async () => {
    const base = { arxivId: "2601.00001", title: "Names" };
    await inBothOrders(
      look({ ...base, seenAt: early, authors: ["A", "B", "C"], authorCount: 3 }),
      look({ ...base, seenAt: late, authors: ["A", "B"], authorCount: 3 }),
      { author_count: 3, authors_complete: true },
    );
    expect(await authorsOf()).toEqual(["A", "B", "C"]);
    await importLooks(db, [look({ ...base, seenAt: late, authors: ["C", "B"], authorCount: 2 })]);
    expect(await authorsOf()).toEqual(["C", "B"]);
  });

  test("namesakes share one author, one paper may print a name twice, and spellings stay", async () => {
    await importLooks(db, [
      look({ authors: ["J. K. Rowling", "J.K. ROWLING", "Oh"], authorCount: 3 }),
      look({ authors: ["J K Rowling"], authorCount: 1 }),
    ]);
    expect(await authorsOf()).toEqual(["J. K. Rowling", "J.K. ROWLING", "Oh", "J K Rowling"]);
    expect(await db.run("select name from authors order by name")).toEqual([{ name: "J. K. Rowling" }, { name: "Oh" }]);
  });

  test("titles that differ in case, space and punctuation are one paper when published a day apart", async () => {
    await importLooks(db, [look({ title: "Deep  $\\alpha$-Nets: A Study", publishedOn: "2026-01-05" })]);
    await importLooks(db, [
      look({ title: "deep alpha nets — a study", publishedOn: "2026-01-06", arxivId: "2601.00009" }),
    ]);
    expect(await papers()).toMatchObject([{ arxiv_id: "2601.00009" }]);
  });

  test("equal titles two days apart, or with two arXiv ids, are two papers", async () => {
    await importLooks(db, [
      look({ title: "Same", publishedOn: "2026-01-05", arxivId: "2601.00001" }),
      look({ title: "Same", publishedOn: "2026-01-05", arxivId: "2601.00002" }),
      look({ title: "Same", publishedOn: "2026-01-08" }),
    ]);
    expect(await papers()).toHaveLength(3);
  });

  test("two looks at one paper in one batch are merged one after the other", async () => {
    const title = "Listed twice";
    const report = await importLooks(db, [
      look({ title: "Other title", publishedOn: "2026-01-05", arxivId: "2601.00001" }),
      look({
        title,
        publishedOn: "2026-01-05",
        arxivId: "2601.00002",
        upvotes: 2,
        featured: featured("2026-01-06"),
        seenAt: early,
      }),
      look({
        title,
        publishedOn: "2026-01-05",
        arxivId: "2601.00002",
        upvotes: 42,
        featured: featured("2026-01-16"),
        seenAt: late,
      }),
    ]);
    expect(report).toMatchObject({ read: 3, created: 2, updated: 1 });
    expect(await papers()).toMatchObject([{}, { upvote_count: 42 }]);
    expect(await db.run("select day from feed_entries order by day")).toEqual([
      { day: "2026-01-06" },
      { day: "2026-01-16" },
    ]);
  });

  test("a batch may find one paper by its arXiv id and again by its stored title", async () => {
    await importLooks(db, [look({ title: "Stored", publishedOn: "2026-01-05", arxivId: "2601.00001", seenAt: early })]);
    const report = await importLooks(db, [
      look({ title: "Renamed", publishedOn: "2026-01-05", arxivId: "2601.00001", seenAt: early }),
      look({ title: "Stored", publishedOn: "2026-01-05", upvotes: 3, seenAt: early }),
    ]);
    expect(report).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
    expect(await papers()).toMatchObject([{ upvote_count: 3 }]);
  });

  test("featuredOn is the latest feed day, whatever the order", async () => {
    const base = { arxivId: "2601.00001", title: "Featured" };
    await inBothOrders(
      look({ ...base, seenAt: early, featured: featured("2026-01-06") }),
      look({ ...base, seenAt: late, featured: featured("2026-01-16") }),
      { featured_on: "2026-01-16" },
    );
  });

  test("importing the same input again changes nothing, not even updatedAt", async () => {
    const looks = [
      look({
        arxivId: "2601.00001",
        authors: ["A", "A", "B"],
        authorCount: 4,
        featured: featured("2026-01-06", "10:00:00"),
        upvotes: 3,
      }),
      look({ organization: { key: "lab", name: "Lab" }, keywords: ["x"], comments: 1, codeStars: 2 }),
    ];
    await importLooks(db, looks);
    const before = [
      await papers(),
      await db.run("select * from feed_days"),
      await db.run("select * from authorships order by 1, 2"),
    ];
    const report = await importLooks(db, looks);
    expect(report).toEqual({ read: 2, created: 0, updated: 0, unchanged: 2, rejected: 0 });
    expect([
      await papers(),
      await db.run("select * from feed_days"),
      await db.run("select * from authorships order by 1, 2"),
    ]).toEqual(before);
  });

  test("a change moves updatedAt of the paper and of its feed days", async () => {
    await importLooks(db, [
      look({ arxivId: "2601.00001", title: "T", upvotes: 1, seenAt: early, featured: featured("2026-01-06") }),
    ]);
    const [before] = await db.run<{ p: Date; d: Date }>(
      "select p.updated_at as p, d.updated_at as d from papers p, feed_days d",
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    await importLooks(db, [look({ arxivId: "2601.00001", title: "T", upvotes: 2, seenAt: late })]);
    const [after] = await db.run<{ p: Date; d: Date }>(
      "select p.updated_at as p, d.updated_at as d from papers p, feed_days d",
    );
    expect(after!.p.getTime()).toBeGreaterThan(before!.p.getTime());
    expect(after!.d.getTime()).toBeGreaterThan(before!.d.getTime());
  });

  test("odd text arrives as it is: tabs in COPY, quotes, backslashes, braces, NULL words", async () => {
    const odd = 'a "quoted" \\ {brace},\tNULL \\N $x$ <think> é 日本';
    await importLooks(db, [
      look({ title: odd, abstract: odd, keywords: [odd, "NULL", ""], authors: [odd, "NULL"], authorCount: 2 }),
    ]);
    expect(await papers()).toMatchObject([{ title: odd, abstract: odd, keywords: [odd, "NULL", ""] }]);
    expect(await authorsOf()).toEqual([odd, "NULL"]);
  });

  test("two imports at once of the same items create each paper once", async () => {
    const looks = Array.from({ length: 50 }, (_, i) =>
      look({ arxivId: `2601.1${String(i).padStart(4, "0")}`, authors: ["Same Name"], authorCount: 1 }),
    );
    const reports = await Promise.all([importLooks(db, looks, 7), importLooks(db, [...looks].reverse(), 11)]);
    expect(await papers()).toHaveLength(50);
    expect(reports.reduce((sum, report) => sum + report.created, 0)).toBe(50);
  });
});
