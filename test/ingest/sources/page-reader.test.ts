import type { ImportItem, SourceRecord } from "../../../src/ingest/source-record";
import { readPage } from "../../../src/ingest/sources/page.reader";

const page = (day: string, ...papers: string[]) => `new\n\nDaily Papers\n\nbyAK\n\n${day}\n\n${papers.join("\n\n")}\n`;
const paper = (title: string, abstract: string, footer: string) => `${title}\n\n${abstract}\n\n${footer}`;
const footer = (date: string, authors = "• 4 authors") => `  ${authors}\n·\n${date}`;

const read = (text: string, options: Partial<Parameters<typeof readPage>[1]> = {}) =>
  readPage(text, { trailingNumber: "upvotes", ...options });
const records = (items: ImportItem[]): SourceRecord[] =>
  items.flatMap((item) => ("record" in item ? [item.record] : []));

describe("the page's text", () => {
  test("gives title, abstract, count of authors, date and the number after it", () => {
    const [record] = records(
      read(page("Nov 5", paper("A title", "An abstract.", footer("Sep 7, 2024 6", "• 1 author")))),
    );
    expect(record).toEqual({
      location: "line 9",
      observedAt: new Date("2025-11-05T00:00:00Z"),
      title: "A title",
      abstract: "An abstract.",
      publishedOn: "2024-09-07",
      featured: { on: "2025-11-05", at: new Date("2025-11-05T00:00:00Z") },
      authorCount: 1,
      upvotes: 6,
    });
  });

  test("a date without a year is of the year after the latest printed one", () => {
    const text = page("Nov 5", paper("A", "x", footer("Sep 16")), paper("B", "y", footer("Dec 26, 2024")));
    expect(records(read(text)).map((record) => record.publishedOn)).toEqual(["2025-09-16", "2024-12-26"]);
    expect(records(read(text, { year: 2027 }))[0]).toMatchObject({
      publishedOn: "2027-09-16",
      featured: { on: "2027-11-05" },
    });
  });

  test("a year that cannot be inferred asks for --year", () => {
    expect(() => read(page("Nov 5", paper("A", "x", footer("Sep 16"))))).toThrow("--year");
    expect(() =>
      read(page("Jan 5", paper("A", "x", footer("Dec 31")), paper("B", "y", footer("Feb 1, 2024")))),
    ).toThrow("line 15");
    expect(records(read(page("Nov 5", paper("A", "x", footer("Sep 16"))), { year: 2025 }))).toHaveLength(1);
  });

  test("no number means 0, and the number may be read as comments", () => {
    const text = page("Nov 5", paper("A", "x", footer("Sep 7, 2024")), paper("B", "y", footer("Sep 7, 2024 3")));
    expect(records(read(text)).map((record) => record.upvotes)).toEqual([0, 3]);
    expect(
      records(read(text, { trailingNumber: "comments" })).map((record) => [record.upvotes, record.comments]),
    ).toEqual([
      [undefined, 0],
      [undefined, 3],
    ]);
  });

  test("an abstract may hold paragraphs, URLs, LaTeX, dates and dots", () => {
    const abstract = "See https://x.test/a.\n\nIt costs $x · y$.\n·\nSep 7, 2024 6\n\n• item";
    const [record, next] = records(
      read(page("Nov 5", paper("A", abstract, footer("Sep 7, 2024")), paper("B", "y", footer("Sep 8, 2024")))),
    );
    expect(record!.abstract).toBe("See https://x.test/a. It costs $x · y$. · Sep 7, 2024 6 • item");
    expect(next!.title).toBe("B");
  });

  test("a malformed paper is rejected with its line, and the rest goes on", () => {
    const items = read(
      page(
        "Nov 5",
        paper("Bad month", "x", footer("Foo 7, 2024")),
        paper("No day", "x", footer("Feb 30, 2024")),
        paper("No dot", "x", "  • 4 authors\nSep 7, 2024"),
        paper("Good", "y", footer("Sep 8, 2024")),
      ),
    );
    expect(items.map((item) => ("record" in item ? item.record.title : item.rejected.location))).toEqual([
      "line 9",
      "line 17",
      "line 25",
      "Good",
    ]);
  });

  test("a malformed footer does not run into the next paper", () => {
    const next = paper("Next", "y", footer("Sep 8, 2024"));
    const read2 = (broken: string, gap = "\n\n") => records(read(page("Nov 5", `A\n\nx\n\n${broken}${gap}${next}`)));
    const whole = { title: "Next", abstract: "y" };
    expect(read2("• 4 authors\n\nSep 7, 2024")).toEqual([expect.objectContaining(whole)]);
    expect(read2("• 4 authors\n·")).toEqual([expect.objectContaining(whole)]);
    const may = paper("May 7 was a day", "y", footer("Sep 8, 2024"));
    const items = read(page("Nov 5", `A\n\nx\n\n• 4 authors\n\n${may}`));
    expect(records(items)).toEqual([expect.objectContaining({ title: "May 7 was a day", abstract: "y" })]);
    const spaced = read2("• 4 authors\n\n·\n\nSep 7, 2024");
    const tight = read2("• 4 authors\n·\nSep 7, 2024", "\n");
    for (const both of [spaced, tight]) expect(both).toMatchObject([{ title: "A", publishedOn: "2024-09-07" }, whole]);
  });

  test.each([
    ["• 1,024 authors", "Sep 7, 2024", 1024, 0],
    ["• 4 authors", "Sep 7, 2024 1,234", 4, 1234],
    ["• 12,345,678 authors", "Sep 7, 2024 1,234,567", 12_345_678, 1_234_567],
    ["• 1024 authors", "Sep 7, 2024 1234", 1024, 1234],
    ["•\u00a04\u00a0authors", "Sep\u00a07,\u00a02024\u00a05", 4, 5],
    ["•4 authors", "Sep  7,  2024   5", 4, 5],
  ])("%j and %j are a footer, with its numbers", (authors, date, authorCount, upvotes) => {
    const next = paper("B", "y", footer("Sep 8, 2024"));
    const items = read(page("Nov 5", paper("A", "x", footer(date, authors)), next));
    expect(records(items)).toMatchObject([
      { title: "A", abstract: "x", publishedOn: "2024-09-07", authorCount, upvotes },
      { title: "B", abstract: "y", authorCount: 4, upvotes: 0 },
    ]);
    expect(items.flatMap((item) => ("notes" in item ? item.notes : []))).toEqual([]);
  });

  test.each([
    ["• 1,24 authors", "Sep 7, 2024 3", 'authorCount dropped: "1,24" is not a number such as 1,234.'],
    ["• 1.2k authors", "Sep 7, 2024 3", 'authorCount dropped: "1.2k" is not a number such as 1,234.'],
    ["• many authors", "Sep 7, 2024 3", 'authorCount dropped: "many" is not a number such as 1,234.'],
    ["• 4 authors", "Sep 7, 2024 1.2k", 'upvotes dropped: "1.2k" is not a number such as 1,234.'],
    ["• 4 authors", "Sep 7, 2024 1,2345", 'upvotes dropped: "1,2345" is not a number such as 1,234.'],
    ["• 4 authors", "Sep 7, 2024 -3", 'upvotes dropped: "-3" is not a number such as 1,234.'],
  ])("%j and %j are a footer, and what is no number there is left out and noted", (authors, date, note) => {
    const items = read(page("Nov 5", paper("A", "x", footer(date, authors)), paper("B", "y", footer("Sep 8, 2024"))));
    expect(items).toMatchObject([
      { record: { title: "A", publishedOn: "2024-09-07" }, notes: [note] },
      { record: { title: "B", abstract: "y" }, notes: [] },
    ]);
  });

  test("a line about authors in an abstract, or one that begins with a day, is no footer and no header", () => {
    const abstract = "• the same authors\n\nMay 7 was a day.";
    const [record] = records(
      read(`May 5 is no header.\n${page("Nov 5", paper("A", abstract, footer("Sep 8, 2024")))}`),
    );
    expect(record).toMatchObject({ abstract: "• the same authors May 7 was a day.", featured: { on: "2025-11-05" } });
  });

  test("a page without a day in its header is an error, not a page of its first paper's date", () => {
    const text = `Daily Papers\n\n${paper("A", "x", footer("Sep 7, 2024"))}\n\n${paper("B", "y", footer("Sep 8, 2024"))}`;
    expect(() => read(text)).toThrow("no day in its header");
  });

  test.each(["", "hello", "Nov 5\n\nno paper here", page("Feb 30", paper("A", "x", footer("Sep 7, 2024")))])(
    "a text that is no such page is an error (%#)",
    (text) => expect(() => read(text)).toThrow(/page/),
  );
});
