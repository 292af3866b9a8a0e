import type { ImportItem, PaperLook } from "../src/ingest/look";
import { readPage } from "../src/ingest/page.reader";

const page = (day: string, ...papers: string[]) => `new\n\nDaily Papers\n\nbyAK\n\n${day}\n\n${papers.join("\n\n")}\n`;
const paper = (title: string, abstract: string, footer: string) => `${title}\n\n${abstract}\n\n${footer}`;
const footer = (date: string, authors = "• 4 authors") => `  ${authors}\n·\n${date}`;

const read = (text: string, options: Partial<Parameters<typeof readPage>[1]> = {}) =>
  readPage(text, { trailingNumber: "upvotes", ...options });
const looks = (items: ImportItem[]): PaperLook[] => items.flatMap((item) => ("look" in item ? [item.look] : []));

describe("the page's text", () => {
  test("gives title, abstract, count of authors, date and the number after it", () => {
    const [look] = looks(read(page("Nov 5", paper("A title", "An abstract.", footer("Sep 7, 2024 6", "• 1 author")))));
    expect(look).toEqual({
      place: "line 9",
      seenAt: new Date("2025-11-05T00:00:00Z"),
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
    expect(looks(read(text)).map((look) => look.publishedOn)).toEqual(["2025-09-16", "2024-12-26"]);
    expect(looks(read(text, { year: 2027 }))[0]).toMatchObject({
      publishedOn: "2027-09-16",
      featured: { on: "2027-11-05" },
    });
  });

  test("a year that cannot be inferred asks for --year", () => {
    expect(() => read(page("Nov 5", paper("A", "x", footer("Sep 16"))))).toThrow("--year");
    expect(() =>
      read(page("Jan 5", paper("A", "x", footer("Dec 31")), paper("B", "y", footer("Feb 1, 2024")))),
    ).toThrow("line 15");
    expect(looks(read(page("Nov 5", paper("A", "x", footer("Sep 16"))), { year: 2025 }))).toHaveLength(1);
  });

  test("no number means 0, and the number may be read as comments", () => {
    const text = page("Nov 5", paper("A", "x", footer("Sep 7, 2024")), paper("B", "y", footer("Sep 7, 2024 3")));
    expect(looks(read(text)).map((look) => look.upvotes)).toEqual([0, 3]);
    expect(looks(read(text, { trailingNumber: "comments" })).map((look) => [look.upvotes, look.comments])).toEqual([
      [undefined, 0],
      [undefined, 3],
    ]);
  });

  test("an abstract may hold paragraphs, URLs, LaTeX, dates and dots", () => {
    const abstract = "See https://x.test/a.\n\nIt costs $x · y$.\n·\nSep 7, 2024 6\n\n• item";
    const [look, next] = looks(
      read(page("Nov 5", paper("A", abstract, footer("Sep 7, 2024")), paper("B", "y", footer("Sep 8, 2024")))),
    );
    expect(look!.abstract).toBe("See https://x.test/a. It costs $x · y$. · Sep 7, 2024 6 • item");
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
    expect(items.map((item) => ("look" in item ? item.look.title : item.rejected.place))).toEqual([
      "line 9",
      "line 17",
      "line 25",
      "Good",
    ]);
  });

  test("a malformed footer does not run into the next paper", () => {
    const next = paper("Next", "y", footer("Sep 8, 2024"));
    const read2 = (broken: string, gap = "\n\n") => looks(read(page("Nov 5", `A\n\nx\n\n${broken}${gap}${next}`)));
    const whole = { title: "Next", abstract: "y" };
    expect(read2("• 4 authors\n\nSep 7, 2024")).toEqual([expect.objectContaining(whole)]);
    expect(read2("• 4 authors\n·")).toEqual([expect.objectContaining(whole)]);
    const spaced = read2("• 4 authors\n\n·\n\nSep 7, 2024");
    const tight = read2("• 4 authors\n·\nSep 7, 2024", "\n");
    for (const both of [spaced, tight]) expect(both).toMatchObject([{ title: "A", publishedOn: "2024-09-07" }, whole]);
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
