import { importRecords, sourceRecord } from "../support/factories";
import { useUpserts } from "./use-upserts";

describe("upsertPapers", () => {
  const { t, upsert } = useUpserts();

  const OF_ARXIV = "categories primaryCategory doi journalReference arxivComment licenseUrl title abstract url";
  const ofArxiv = async () => (await t.api.data(`{ papers { nodes { ${OF_ARXIV} } } }`)).papers.nodes[0];

  test("takes what arXiv would know, which arXiv and listings then leave as it is", async () => {
    const given = {
      categories: ["CS.cl", "stat.ML", "cs.CL"],
      doi: "https://doi.org/10.1000/182",
      journalReference: "A journal  1",
      arxivComment: "12 pages",
      licenseUrl: "https://x.test/license",
    };
    await upsert({ arxivId: "2601.00001", title: "Mine", ...given });
    const stored = {
      ...{
        categories: ["cs.CL", "stat.ML"],
        primaryCategory: "cs.CL",
        doi: "10.1000/182",
        journalReference: "A journal 1",
      },
      ...{ arxivComment: "12 pages", licenseUrl: "https://x.test/license", title: "Mine", abstract: null },
      url: "https://arxiv.org/abs/2601.00001",
    };
    expect(await ofArxiv()).toEqual(stored);
    const later = {
      arxivId: "2601.00001",
      observedAt: new Date(Date.now() + 1000),
      title: "Theirs",
      abstract: "Theirs",
    };
    await importRecords(t.db, [sourceRecord({ ...later, source: "arxiv", doi: "10.1000/183", categories: ["cs.AI"] })]);
    // The page that follows from the id is nobody's word.
    await importRecords(t.db, [sourceRecord({ ...later, url: "https://x.test/page" })]);
    expect(await ofArxiv()).toEqual({ ...stored, abstract: "Theirs", url: "https://x.test/page" });
    await upsert({ arxivId: "2601.00001", title: "Mine again", doi: "[x](https://doi.org/10.1000%2F184?a=b)" });
    expect(await ofArxiv()).toMatchObject({ title: "Mine again", doi: "10.1000/184", arxivComment: "12 pages" });
  });

  test.each([
    [{ categories: ["cs.CL", "foo.bar"] }, "categories", "not one of arXiv's categories, such as cs.CL."],
    [{ categories: ["machine learning"] }, "categories", "not one of arXiv's categories, such as cs.CL."],
    [{ doi: "10.1000" }, "doi", "pass one such as 10.1000/182"],
  ])("refuses %j", async (given, field, message) => {
    expect(await upsert({ title: "A", ...given })).toMatchObject({
      created: 0,
      userErrors: [{ path: ["input", "papers", "0", field], message: expect.stringContaining(message) }],
    });
  });
});
