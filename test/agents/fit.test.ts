import { featured, importRecords, sourceRecord } from "../support/factories";
import { callMethod, useAgents } from "./use-agents";

describe("answers stay below 20 kB", () => {
  // Each call checks the size of its answer.
  const { t, call } = useAgents();
  const WIDE = "文";
  const SIGN = "*";
  const long = (text: string) => ({
    title: text.repeat(900),
    abstract: text.repeat(20_000),
    keywords: Array.from({ length: 10 }, (_, i) => `${i}${text.repeat(150)}`),
    authors: Array.from({ length: 5 }, (_, i) => `${i}${text.repeat(150)}`),
  });
  beforeAll(async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Wide", abstract: WIDE.repeat(4000), arxivId: "2601.00001" }),
      sourceRecord({ ...long(WIDE), arxivId: "2601.00002" }),
      sourceRecord({ ...long(SIGN), arxivId: "2601.00003" }),
      sourceRecord({ title: "Plain", abstract: "x".repeat(4000), arxivId: "2601.00004" }),
      ...Array.from({ length: 100 }, (_, i) =>
        sourceRecord({
          title: `${WIDE.repeat(60)} ${i}`,
          arxivId: `2601.01${String(i).padStart(3, "0")}`,
          featured: featured("2026-01-06"),
        }),
      ),
    ]);
  });
  const UNKNOWN = Array.from({ length: 19 }, (_, i) => `https://arxiv.org/abs/9999.${10_000 + i}?${WIDE.repeat(300)}`);

  test.each(["2601.00001", "2601.00002", "2601.00003"])(
    "with one paper %s, cited, beside what else is told",
    async (id) => {
      for (const format of ["BIBTEX", "CSL_JSON"]) {
        for (const papers of [[id], [id, ...UNKNOWN], Array(20).fill(id)]) {
          const { structuredContent } = await call("get_paper", { papers, cite: true, format });
          expect(structuredContent.papers[0]).toMatchObject({ arxivId: id, title: expect.stringMatching(/./) });
        }
        const { result } = await callMethod(t.api, "resources/read", { uri: `daily-papers://paper/${id}` });
        expect(result.contents[0].text).toContain(id);
      }
    },
  );

  test("an abstract of wide letters is cut no more than it must be, one of plain ones is whole", async () => {
    const abstractOf = async (id: string) =>
      (await call("get_paper", { papers: [id] })).structuredContent.papers[0].abstract;
    expect(await abstractOf("2601.00001")).toMatch(/^文{2900,3990}…$/);
    expect(await abstractOf("2601.00004")).toBe("x".repeat(4000));
  });

  test("a feed as a resource is filled, and names the tool that goes on where it ends", async () => {
    const { result } = await callMethod(t.api, "resources/read", { uri: "daily-papers://feed/2026-01-06" });
    const [{ text }] = result.contents;
    expect(Buffer.byteLength(text)).toBeGreaterThan(18_000);
    const [, after] = /\n\nMore: call the tool get_feed with on: 2026-01-06 and after: (\S+)$/.exec(text) ?? [];
    const { content, structuredContent } = await call("get_feed", { on: "2026-01-06", after, first: 1 });
    const shown = text.match(/^- \*\*/gm).length;
    expect(structuredContent.papers[0].rank).toBe(shown + 1);
    expect(content[0]!.text).toMatch(/More: call again with after: \S+$/);
  });
});
