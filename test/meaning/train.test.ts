import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { readModelFile } from "../../src/meaning/model-file";
import { parseTrainCommand } from "../../src/meaning/train/command";
import { Corpus } from "../../src/meaning/train/corpus";
import { fuse, highest } from "../../src/meaning/train/ranks";
import { train } from "../../src/meaning/train/train";
import { mistake, run, temporaryFolder } from "../support/processes";
import { madePapers } from "./made-papers";

const OPTIONS = { dimensions: 16, epochs: 2, seed: 1, unseen: 80 };

function corpusOf(papers: ReturnType<typeof madePapers>, maxPapers?: number): Corpus {
  const corpus = new Corpus(maxPapers);
  for (const { id, title, abstract, categories } of papers)
    corpus.add({ key: id, title, abstract, category: categories[0] });
  return corpus;
}

describe("a model that learns from 400 made papers", () => {
  const papers = madePapers(400);

  test("is the same for the same seed, in whatever order the papers come, and another for another seed", async () => {
    const first = await train(corpusOf(papers), OPTIONS);
    const second = await train(corpusOf([...papers].reverse()), OPTIONS);
    expect(second.file.equals(first.file)).toBe(true);
    expect(second.measures).toEqual(first.measures);
    const other = await train(corpusOf(papers), { ...OPTIONS, seed: 2 });
    expect(other.file.equals(first.file)).toBe(false);
  });

  test("knows the subjects of papers that it did not see", async () => {
    const { measures, papers: seen } = await train(corpusOf(papers), { ...OPTIONS, epochs: 10 });
    expect(seen).toBe(320);
    // Of eight subjects one in eight would be right by chance.
    expect(measures.vectors.sameCategory).toBeGreaterThan(0.75);
    expect(measures.vectors.inFirstTen).toBeGreaterThan(0.5);
  });

  test("counts a paper that comes twice once, as it came last", async () => {
    const [, ...others] = papers;
    const twice = [{ ...papers[0]!, abstract: "Something else" }, ...others, papers[0]!];
    expect((await train(corpusOf(twice), OPTIONS)).file.equals((await train(corpusOf(papers), OPTIONS)).file)).toBe(
      true,
    );
  });

  test("has at most so many papers, the same ones in whatever order they come", () => {
    const some = corpusOf(papers, 100).sorted();
    expect(some.length).toBeGreaterThan(30);
    expect(some.length).toBeLessThanOrEqual(100);
    const hashes = (all: typeof some) => all.map(({ hash }) => hash);
    expect(hashes(corpusOf([...papers].reverse(), 100).sorted())).toEqual(hashes(some));
    expect(hashes(corpusOf(papers).sorted()).slice(0, some.length)).toEqual(hashes(some));
  });

  test("is refused where there are too few papers, or no word comes often", async () => {
    await expect(train(corpusOf(papers.slice(0, 100)), OPTIONS)).rejects.toThrow(
      "100 papers are too few to hold 80 back, which are not learned from: pass more, or fewer with --unseen.",
    );
    const rare = papers.map((paper, i) => ({ ...paper, title: `title${i}`, abstract: `abstract${i}` }));
    await expect(train(corpusOf(rare), OPTIONS)).rejects.toThrow(
      "No word stands in 4 of the papers: pass more of them.",
    );
  });

  test("ends when it is told to", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(train(corpusOf(papers), { ...OPTIONS, signal })).rejects.toThrow("stopped");
  });
});

test("the highest scores come first, of equals the first; both orders are fused by reciprocal ranks", () => {
  expect(highest(Float64Array.of(0, 3, 1, 3, -2, 2), 3)).toEqual([1, 3, 5]);
  expect(highest(Float64Array.of(0, 0), 3)).toEqual([]);
  expect(fuse([1, 2, 3], [3, 4, 2])).toEqual([3, 2, 1, 4]);
});

describe("npm run train", () => {
  test("prints the table, and writes the model with what it was made from", async () => {
    const { folder, remove } = await temporaryFolder();
    try {
      const file = path.join(folder, "papers.jsonl");
      await writeFile(
        file,
        madePapers(400)
          .map((paper) => `${JSON.stringify(paper)}\n`)
          .join(""),
      );
      const out = path.join(folder, "new/models");
      const process = run("train.main", [file, "--out", out, "--dimensions", "16", "--unseen", "80"], {});
      expect(await process.ended).toEqual({ code: 0, signal: null });
      const cells = String.raw`0\.\d{3} \| 0\.\d{3}`;
      expect(process.output()).toMatch(
        new RegExp(
          [
            String.raw`\| title finds its own abstract among 80 \| MRR \| in the first 10 \| neighbours of the same category \(10\) \|`,
            String.raw`\| --- \| --- \| --- \| --- \|`,
            String.raw`\| tf-idf alone \| ${cells} \| 0\.\d{3} \|`,
            String.raw`\| vectors alone, 16 dimensions in int8 \| ${cells} \| 0\.\d{3} \|`,
            String.raw`\| fused \(reciprocal ranks, k = 60\) \| ${cells} \|  \|`,
          ].join("\n"),
        ),
      );
      const { papers, unseen, madeFrom, license } = JSON.parse(readFileSync(path.join(out, "meaning.json"), "utf8"));
      expect({ papers, license, unseen: unseen.papers }).toEqual({ papers: 320, license: "CC0-1.0", unseen: 80 });
      expect(madeFrom.files).toEqual([expect.objectContaining({ name: "papers.jsonl" })]);
      expect(readModelFile(path.join(out, "meaning.bin")).dimensions).toBe(16);
    } finally {
      await remove();
    }
  });

  test("says of a file that is not there, and of a folder that cannot be, in one sentence", async () => {
    const { folder, remove } = await temporaryFolder();
    try {
      const missing = path.join(folder, "x.jsonl");
      expect(await mistake(run("train.main", [missing, "--out", folder], {}))).toBe(
        `${missing} cannot be read: there is no such file.`,
      );
      expect(await mistake(run("train.main", [missing, "--out", "/proc/x"], {}))).toMatch(
        /^--out \/proc\/x is not a folder that can be written to/,
      );
    } finally {
      await remove();
    }
  });

  test.each([
    [[], "FILE is missing"],
    [["x"], "--out is missing"],
    [["-", "--out", "x"], "Standard input cannot be learned from"],
    [["x", "--out", "x", "--dimension", "64"], "Unknown option '--dimension'. Did you mean --dimensions?"],
    [["x", "--out", "x", "--dimensions", "100"], "--dimensions 100 is not a multiple of 8 from 8 to 1024."],
    [["x", "--out", "x", "--epochs", "0"], "--epochs 0 is not a whole number from 1 to 100."],
    [["x", "--out", "x", "--seed", "-1"], "--seed"],
    [["x", "--out", "x", "--unseen", "1e3"], "--unseen 1e3 is not a whole number from 20 to 20000."],
  ])("%j is a mistake", (args, problem) => expect(() => parseTrainCommand(args)).toThrow(problem));
});
