import { parse } from "yaml";
import { portOf } from "../support/api";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { createHttpClient, type HttpClient } from "../support/http-client";
import { useApi } from "../support/use-api";

const BIBTEX = "application/x-bibtex";
const RIS = "application/x-research-info-systems";
const CSL = "application/vnd.citationstyles.csl+json";

describe("a paper as a document", () => {
  const t = useApi();
  let sender: HttpClient;
  let id: string;
  beforeAll(async () => {
    sender = t.use(createHttpClient(portOf(t.api), 1));
    await importRecords(t.db, [
      sourceRecord({
        arxivId: "2409.04828",
        title: "POINTS: <think> of $\\pi_0$",
        abstract: "In *recent* years.",
        publishedOn: "2024-09-07",
        authors: ["Yuan Liu", "o3 contributors"],
        authorCount: 2,
        categories: ["cs.CV"],
        keywords: ["vision: language"],
        featured: featured("2024-09-10"),
        upvotes: 6,
        url: "https://arxiv.org/abs/2409.04828",
        codeUrl: "https://github.com/a/b",
      }),
      sourceRecord({
        arxivId: "math/0309136",
        title: "Forms",
        publishedOn: "2003-09-08",
        authors: ["Ada Example"],
        withdrawnAt: new Date("2004-05-06T07:08:09Z"),
      }),
    ]);
    id = (await t.api.data('{ paper(arxivId: "2409.04828") { id } }')).paper.id;
  });

  const get = (path: string, headers: Record<string, string> = {}) => sender.send({ method: "GET", path, headers });

  test("is what the field gives, at its arXiv id in any form and at its global id", async () => {
    const { paper } = await t.api.data('{ paper(arxivId: "2409.04828") { citation(format: BIBTEX) } }');
    for (const name of [
      "2409.04828",
      "2409.04828v2",
      "arXiv:2409.04828",
      "10.48550/arXiv.2409.04828",
      "https://arxiv.org/abs/2409.04828v1",
      "https:/arxiv.org/pdf/2409.04828v1.pdf",
      "https%3A%2F%2Fhuggingface.co%2Fpapers%2F2409.04828",
      id,
    ]) {
      const { status, headers, body } = await get(`/papers/${name}.bib`);
      expect([name, status, headers["content-type"], body]).toEqual([
        name,
        200,
        `${BIBTEX}; charset=utf-8`,
        paper.citation,
      ]);
      expect(headers).toMatchObject({ "access-control-allow-origin": "*", "cache-control": "public, max-age=5" });
      expect(headers.vary).toMatch(/\baccept\b/i);
    }
    expect((await get("/papers/math/0309136.ris")).body).toContain("UR  - https://arxiv.org/abs/math/0309136\r\n");
  });

  test("is negotiated as at doi.org", async () => {
    const typeFor = async (accept?: string) =>
      (await get("/papers/2409.04828", accept === undefined ? {} : { accept })).headers["content-type"];
    expect(await typeFor()).toBe("text/markdown; charset=utf-8");
    expect(await typeFor("*/*")).toBe("text/markdown; charset=utf-8");
    expect(await typeFor(BIBTEX)).toBe(`${BIBTEX}; charset=utf-8`);
    expect(await typeFor(`${CSL};q=0.5, ${RIS}`)).toBe(`${RIS}; charset=utf-8`);
    expect(await typeFor("")).toBe("text/markdown; charset=utf-8");
    expect(await typeFor(`${BIBTEX}; charset=utf-8, text/markdown;variant="a, b";q=0.9`)).toBe(
      `${BIBTEX}; charset=utf-8`,
    );
    expect(await typeFor("text/markdown;q=0, */*;q=0.1")).toBe(`${BIBTEX}; charset=utf-8`);
    const { body } = await get("/papers/2409.04828", { accept: CSL });
    expect(JSON.parse(body)).toMatchObject({ id: "liu2024points", DOI: "10.48550/arXiv.2409.04828" });
    const file = await get("/papers/2409.04828.csl.json", { accept: "text/html" });
    expect(JSON.parse(file.body)).toEqual([JSON.parse(body)]);
  });

  test("is Markdown with front matter for note managers", async () => {
    const { body } = await get("/papers/2409.04828.md");
    const [, front = "", text] = body.split(/^---\n/m);
    expect(parse(front)).toEqual({
      id,
      arxiv: "2409.04828",
      doi: "10.48550/arXiv.2409.04828",
      title: "POINTS: <think> of $\\pi_0$",
      authors: ["Yuan Liu", "o3 contributors"],
      published: "2024-09-07",
      featured: "2024-09-10",
      upvotes: 6,
      categories: ["cs.CV"],
      keywords: ["vision: language"],
      urls: ["https://arxiv.org/abs/2409.04828", "https://github.com/a/b"],
    });
    expect((await get("/papers/math/0309136")).body).toMatch(/^published: 2003-09-08\nwithdrawn: 2004-05-06$/m);
    expect(text).toBe("\n# POINTS: \\<think\\> of $\\pi_0$\n\nIn \\*recent\\* years.\n");
  });

  test.each([
    [
      "/papers/2409.04828",
      { accept: "text/html" },
      406,
      "Accept",
      "Papers are sent as text/markdown, application/x-bibtex",
    ],
    ["/papers/2409.04828.bib?style=apa", {}, 400, "style", "A paper's address has no parameters"],
    ["/papers/nonsense.bib", {}, 400, "id", '"nonsense" is not an arXiv id: pass 2409.04828'],
    ["/papers/2409.99999.bib", {}, 404, undefined, "There is no paper 2409.99999 here."],
    ["/papers/2409.04828.json", {}, 404, undefined, "Papers are not sent as .json, but as .md, .bib, .ris, .csl.json."],
    ["/papers/math/0309136v1.pdf", {}, 404, undefined, "Papers are not sent as .pdf"],
  ])("%s is refused", async (path, headers, status, argument, message) => {
    const { status: answered, body } = await get(path, headers as Record<string, string>);
    const [error] = JSON.parse(body).errors;
    expect([answered, error.extensions.code, error.extensions.argument]).toEqual([status, "BAD_USER_INPUT", argument]);
    expect(error.message).toContain(message);
  });

  test("is not sent again to who has it", async () => {
    const { headers } = await get("/papers/2409.04828.bib");
    const again = await get("/papers/2409.04828.bib", { "if-none-match": headers.etag! });
    expect([again.status, again.body]).toEqual([304, ""]);
  });
});
