import { createReadStream, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { defaultModel } from "../../src/meaning/default-model";
import { measure } from "../../src/meaning/train/measure";
import { frequenciesIn } from "../../src/meaning/train/rarity";
import { tableOf } from "../../src/meaning/train/table";
import { readCorpus } from "../../src/processes/read-corpus";
import { root } from "../../src/root";
import { temporaryFolder } from "../support/processes";
import { describeWithSharedData, sharedData } from "../support/shared-data";

jest.setTimeout(300_000);

const SOAK = Boolean(process.env.SOAK);
/** `npm run soak` reads all papers, `npm test` the first ones. */
const FEW = 1500;

async function firstLines(file: string, count: number): Promise<string> {
  const lines: string[] = [];
  const input = createReadStream(file).pipe(createGunzip());
  for await (const line of createInterface({ input })) if (lines.push(line) === count) break;
  input.destroy();
  return lines.join("\n");
}

describeWithSharedData(
  `the model that comes with the project, by ${SOAK ? "all" : "the first"} papers of arXiv`,
  () => {
    const { unseen, measures: told } = JSON.parse(readFileSync(path.join(root, "models/meaning.json"), "utf8"));

    test("finds abstracts and neighbours of papers that it did not see, and finds more with keywords than they alone", async () => {
      const { folder, remove } = await temporaryFolder();
      try {
        const few = path.join(folder, "few.jsonl");
        if (!SOAK) await writeFile(few, await firstLines(sharedData.arxivPapers, FEW));
        const { corpus } = await readCorpus([SOAK ? sharedData.arxivPapers : few]);
        const papers = corpus.sorted();
        const held = papers.filter(({ hash }) => hash < unseen.below);
        const seen = papers.slice(held.length);
        const measures = measure(defaultModel(), held, corpus.words(), {
          frequencies: frequenciesIn(seen, corpus.wordCount),
          count: seen.length,
        });
        const { keywords, vectors, fused } = measures;
        if (SOAK) {
          console.log(tableOf(measures, { unseen: held.length, dimensions: defaultModel().dimensions }));
          expect(held).toHaveLength(unseen.papers);
          for (const arm of ["keywords", "vectors", "fused"] as const) {
            expect(measures[arm].meanReciprocalRank).toBeCloseTo(told[arm].meanReciprocalRank, 3);
          }
          expect(fused.meanReciprocalRank).toBeGreaterThanOrEqual(0.875);
          expect(fused.inFirstTen).toBeGreaterThanOrEqual(0.955);
          expect(vectors.sameCategory).toBeGreaterThanOrEqual(0.61);
        }
        expect(fused.inFirstTen).toBeGreaterThanOrEqual(keywords.inFirstTen);
        expect(fused.inFirstTen).toBeGreaterThan(0.95);
        expect(vectors.sameCategory).toBeGreaterThan(keywords.sameCategory!);
      } finally {
        await remove();
      }
    });
  },
);
