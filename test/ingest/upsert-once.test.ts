import { importRecords, sourceRecord } from "../support/factories";
import { useUpserts } from "./use-upserts";

describe("upsertPapers", () => {
  const { t, upsert } = useUpserts();

  describe.each([
    ["in one call", async (...papers: object[]) => [await upsert(...papers)]],
    [
      "in two calls",
      async (...papers: object[]) => {
        const answers = [];
        for (const paper of papers) answers.push(await upsert(paper));
        return answers;
      },
    ],
  ])("%s", (_, send) => {
    const ada = { title: "Quoll editorial", authors: ["Ada Example", "Cy Example"] };

    test.each([
      [
        "the same title of two years",
        { title: "Wisent preface", publishedOn: "2010-01-05" },
        { title: "Wisent preface", publishedOn: "2012-03-05" },
      ],
      [
        "titles that differ in a sign",
        { title: "Okapi in C++", publishedOn: "2026-05-05" },
        { title: "Okapi in C#", publishedOn: "2026-05-05" },
      ],
      [
        "titles that differ in what is raised",
        { title: "R^2", publishedOn: "2026-05-05" },
        { title: "R_2", publishedOn: "2026-05-05" },
      ],
      [
        "one title of two first authors",
        { ...ada, publishedOn: "2026-05-05" },
        { ...ada, authors: ["Bob Example"], publishedOn: "2026-05-05" },
      ],
      ["one title of two first authors without days", ada, { ...ada, authors: ["Bob Example", "Ada Example"] }],
      ...(
        [
          ["Ada Smith Jr.", "Albert Jones Jr."],
          ["Ada Smith III", "Albert Jones III"],
          ["Ada Smith, PhD", "Albert Jones, PhD"],
          ["Dr. Ada Smith", "Dr. Bob Smith"],
          ["Smith, Ada", "Stone, Ada"],
          ["Smith, Ada", "Smith, Bob"],
          ["Smith, Jr., Ada", "Smith, Jr., Bob"],
          ["van der Berg, Ada", "van der Burg, Ada"],
          ["Smith, MD", "Stone, MD"],
        ] as const
      ).map(([a, b]): [string, typeof ada, typeof ada] => [
        `one title of ${a} and of ${b}`,
        { ...ada, authors: [a] },
        { ...ada, authors: [b] },
      ]),
    ])("%s are two papers", async (_, first, second) => {
      const answers = await send(first, second);
      expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
      expect(await t.db.run("select title from papers order by id")).toEqual([
        { title: first.title },
        { title: second.title },
      ]);
      for (const paper of [first, second]) expect(await upsert(paper)).toMatchObject({ created: 0, unchanged: 1 });
    });

    test.each([
      ...[
        "A. Éxample",
        "Example, Ada",
        "Example, A.",
        "Example,A.",
        "Ada Example Jr.",
        "Ada Example, Sr",
        "Ada Example III",
        "Ada Example, PhD",
        "Ada Example Ph.D.",
        "Ada Example, M.Sc., Ph. D.",
        "Ada Example Jr., MD",
        "Example, Jr., Ada",
        "Example Jr., Ada",
        "Example, Ada, III",
        "Dr. Ada Example",
        "Prof. Dr. Ada Example",
        "Ada Example,",
      ].map((name): [string, object] => [`the first author as ${name}`, { ...ada, authors: [name, "Cy Example"] }]),
      ["no authors", { title: "Quoll Editorial." }],
      ["a mere count of authors", { title: "quoll editorial", authorCount: 2 }],
    ])("one title with %s is one paper", async (_, second) => {
      await send(ada, second);
      expect(await t.db.run("select from papers")).toHaveLength(1);
    });
  });

  test("refuses a paper that comes twice under two keys", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Stored", publishedOn: "2026-01-05", arxivId: "2601.00001" })]);
    const answer = await upsert(
      { title: "Stored", arxivId: "2601.00001", abstract: "One." },
      { title: "Stored", publishedOn: "2026-01-05", abstract: "Other." },
      { title: "New" },
    );
    expect(answer).toMatchObject({
      created: 1,
      updated: 1,
      userErrors: [{ message: expect.stringContaining("papers 0"), path: ["input", "papers", "1"] }],
    });
  });
});
