import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { QueriedPaper } from "../../src/web-feeds/queries";
import { describeWithSharedData, sharedData } from "../support/shared-data";
import { faultsOf, paperOf } from "../web-feeds/formats/papers";
import { testWithTools } from "../web-feeds/tools";

/** `npm run soak` takes ten thousand. */
const COUNT = process.env.SOAK ? 10_000 : 1000;

describeWithSharedData("web feeds of real papers", () => {
  testWithTools(["xmllint", "jing"], `are valid with ${COUNT}`, async () => {
    expect(faultsOf(await realPapers(COUNT))).toEqual("");
  });
});

async function realPapers(count: number): Promise<QueriedPaper[]> {
  const papers: QueriedPaper[] = [];
  const file = createReadStream(sharedData.arxivPapers);
  for await (const line of createInterface({ input: file.pipe(createGunzip()) })) {
    const { id, title, abstract, authors, categories } = JSON.parse(line);
    papers.push(
      paperOf({
        id: Buffer.from(`Paper:${id}`).toString("base64url"),
        title,
        abstract,
        url: `https://arxiv.org/abs/${id}`,
        pdfUrl: `https://arxiv.org/pdf/${id}`,
        authors: { edges: authors.slice(0, 20).map((name: string) => ({ name })) },
        authorCount: authors.length,
        categories,
      }),
    );
    if (papers.length === count) break;
  }
  file.destroy();
  return papers;
}
