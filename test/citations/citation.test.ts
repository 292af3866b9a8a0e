import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const CITATIONS = `query ($arxivId: String!) { paper(arxivId: $arxivId) {
  bibtex: citation(format: BIBTEX) ris: citation(format: RIS) csl: citation(format: CSL_JSON) } }`;

describe("a citation", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const cite = async (record: Parameters<typeof sourceRecord>[0] & { arxivId: string }) => {
    await importRecords(t.db, [sourceRecord(record)]);
    const { paper } = await t.api.data(CITATIONS, { arxivId: record.arxivId });
    return { ...paper, csl: JSON.parse(paper.csl), ris: paper.ris.split("\r\n") };
  };

  test("of a preprint is arXiv's own form", async () => {
    const { bibtex, ris, csl } = await cite({
      arxivId: "2409.04828",
      title: "POINTS & $\\pi_0$: 80% of a_b",
      abstract: "In recent years.",
      publishedOn: "2024-09-07",
      authors: ["Yuan Liu", "Wil van der Aalst", "Hal Daumé III", "o3 contributors"],
      authorCount: 4,
      categories: ["cs.CV", "cs.CL"],
      keywords: ["vision", "models"],
      pdfUrl: "https://arxiv.org/pdf/2409.04828",
    });
    expect(bibtex).toBe(`@misc{liu2024points,
  title = {{POINTS \\& $\\pi_0$: 80\\% of a\\_b}},
  author = {Liu, Yuan and van der Aalst, Wil and Daumé, III, Hal and {o3 contributors}},
  year = {2024},
  eprint = {2409.04828},
  archivePrefix = {arXiv},
  primaryClass = {cs.CV},
  url = {https://arxiv.org/abs/2409.04828}
}
`);
    expect(csl).toEqual({
      id: "liu2024points",
      type: "article",
      title: "POINTS & $\\pi_0$: 80% of a_b",
      author: [
        { family: "Liu", given: "Yuan" },
        { family: "Aalst", given: "Wil", "non-dropping-particle": "van der" },
        { family: "Daumé", given: "Hal", suffix: "III" },
        { literal: "o3 contributors" },
      ],
      issued: { "date-parts": [[2024, 9, 7]] },
      publisher: "arXiv",
      number: "arXiv:2409.04828",
      DOI: "10.48550/arXiv.2409.04828",
      URL: "https://arxiv.org/abs/2409.04828",
      abstract: "In recent years.",
      keyword: "vision, models",
    });
    expect(ris).toEqual([
      "TY  - UNPB",
      "ID  - liu2024points",
      "TI  - POINTS & $\\pi_0$: 80% of a_b",
      "AU  - Liu, Yuan",
      "AU  - van der Aalst, Wil",
      "AU  - Daumé, Hal, III",
      "AU  - o3 contributors",
      "PY  - 2024",
      "DA  - 2024/09/07",
      "PB  - arXiv",
      "M1  - arXiv:2409.04828",
      "DO  - 10.48550/arXiv.2409.04828",
      "UR  - https://arxiv.org/abs/2409.04828",
      "L1  - https://arxiv.org/pdf/2409.04828",
      "KW  - vision",
      "KW  - models",
      "AB  - In recent years.",
      "ER  - ",
      "",
    ]);
  });

  test("of a paper with journal and DOI is an article, with the journal's year and the preprint's key", async () => {
    const { bibtex, ris, csl } = await cite({
      arxivId: "math/0309136",
      title: "R&amp;D of Forms",
      publishedOn: "2003-09-08",
      authors: ["Ada Example"],
      authorCount: 1,
      doi: "10.1000/a_b 10.1000/c",
      journalReference: "J. Forms & Shapes 7 (2005) 1-20",
    });
    expect(bibtex).toBe(`@article{example2003forms,
  title = {{R\\&D of Forms}},
  author = {Example, Ada},
  journal = {J. Forms \\& Shapes 7 (2005) 1-20},
  year = {2005},
  eprint = {math/0309136},
  archivePrefix = {arXiv},
  doi = {10.1000/a_b},
  url = {https://arxiv.org/abs/math/0309136}
}
`);
    expect(csl).toMatchObject({
      type: "article-journal",
      "container-title": "J. Forms & Shapes 7 (2005) 1-20",
      DOI: "10.1000/a_b",
      issued: { "date-parts": [[2005]] },
    });
    expect(ris.slice(0, 6)).toEqual([
      "TY  - JOUR",
      "ID  - example2003forms",
      "TI  - R&D of Forms",
      "AU  - Example, Ada",
      "JO  - J. Forms & Shapes 7 (2005) 1-20",
      "PY  - 2005",
    ]);
  });

  test("without a day of publication has the year and month of the arXiv id", async () => {
    const dateOf = async (arxivId: string) => (await cite({ arxivId, publishedOn: undefined })).csl.issued;
    expect(await dateOf("2512.04039")).toEqual({ "date-parts": [[2025, 12]] });
    expect(await dateOf("math/9909136")).toEqual({ "date-parts": [[1999, 9]] });
  });

  test("of a paper of another source has what is known", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "The {Title", publishedOn: undefined, authorCount: 3, url: "https://a.test/x_{1}?a=b&c" }),
    ]);
    const { papers } = await t.api.data(
      "{ papers { nodes { bibtex: citation(format: BIBTEX) csl: citation(format: CSL_JSON) } } }",
    );
    expect(papers.nodes[0].bibtex).toBe(
      "@misc{title,\n  title = {{The Title}},\n  url = {https://a.test/x_%7B1%7D?a=b&c}\n}\n",
    );
    expect(Object.keys(JSON.parse(papers.nodes[0].csl))).toEqual(["id", "type", "title", "URL"]);
  });

  test("has all authors of papers with hundreds of them, which are read once for all papers and formats", async () => {
    const authors = Array.from({ length: 120 }, (_, i) => `Author Number${i}`);
    await importRecords(
      t.db,
      ["2601.00001", "2601.00002", "2601.00003"].map((arxivId) =>
        sourceRecord({ arxivId, authors: arxivId.endsWith("3") ? ["Ada Example"] : authors, authorCount: undefined }),
      ),
    );
    const query = `{ papers { nodes { arxivId ris: citation(format: RIS) csl: citation(format: CSL_JSON) } } }`;
    await t.api.data(query);
    t.db.takeStatements();
    const { papers } = await t.api.data(query);
    expect(t.db.takeStatements()).toHaveLength(2);
    const counts = papers.nodes.map((node: { arxivId: string; csl: string }) => [
      node.arxivId,
      JSON.parse(node.csl).author.length,
    ]);
    expect(counts.sort()).toEqual([
      ["2601.00001", 120],
      ["2601.00002", 120],
      ["2601.00003", 1],
    ]);
  });

  test("names at most 50,000 authors in a request, however often it asks for one paper", async () => {
    const authors = Array.from({ length: 300 }, (_, i) => `Author Number${i}`);
    await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001", authors, authorCount: undefined })]);
    const ask = (formats: string, beside = "") =>
      t.api.ask(`query ($ids: [String!]!) { papersByArxivId(arxivIds: $ids) { ${formats} } ${beside} }`, {
        ids: Array.from({ length: 100 }, () => "2601.00001"),
      });
    // The third time, queries are compiled, and executed again after an error.
    for (let times = 0; times < 3; times++) {
      const good = await ask("citation(format: RIS)", 'paper(id: "wrong") { id }');
      expect([good.data!.papersByArxivId.filter(Boolean).length, good.errors!.length]).toEqual([100, 1]);
      const { data, errors } = await ask("a: citation(format: RIS) b: citation(format: BIBTEX)");
      expect(data!.papersByArxivId.filter(Boolean)).not.toHaveLength(0);
      expect(errors![0]).toMatchObject({
        message:
          "The citations of a request may name 50000 authors together: ask for fewer papers or formats at a time.",
        extensions: { code: "QUERY_TOO_COMPLEX" },
      });
    }
  });

  test("without a format is refused", async () => {
    const { errors } = await t.api.ask("{ papers { nodes { citation } } }");
    expect(errors![0]!.message).toContain('argument "format" of type "CitationFormat!" is required');
  });
});
