import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { defaultModel } from "../../src/meaning/default-model";
import { type Meaning, toMeaning, weightOf } from "../../src/meaning/model";
import { wordsOf } from "../../src/meaning/words";
import { root } from "../../src/root";

/** What the model's file says, without any haste. */
function wordByWord(): (title: string, abstract: string) => Meaning | null {
  const file = readFileSync(path.join(root, "models/meaning.bin"));
  const [dimensions, count, textBytes] = [8, 12, 16].map((at) => file.readUInt32LE(at)) as [number, number, number];
  const rows = new Map(
    file
      .toString("utf8", file.length - textBytes)
      .split("\n")
      .slice(0, count)
      .map((word, row) => [word, row]),
  );
  return (title, abstract) => {
    const counts = new Map<number, number>();
    for (const word of [...wordsOf(title), ...wordsOf(abstract)]) {
      const row = rows.get(word);
      if (row !== undefined) counts.set(row, (counts.get(row) ?? 0) + 1);
    }
    const sum = new Float64Array(dimensions);
    for (const [row, times] of counts) {
      const weight = weightOf(times) * file.readFloatLE(24 + 4 * row);
      for (let i = 0; i < dimensions; i++) sum[i]! += weight * file.readInt8(24 + 4 * count + dimensions * row + i);
    }
    return toMeaning(sum);
  };
}

function likeness(a: Meaning | null, b: Meaning | null): number {
  return a!.values.reduce((sum, value, i) => sum + value * b!.values[i]!, 0) * a!.scale * b!.scale;
}

describe("the model that comes with the project", () => {
  const model = defaultModel();

  test("is what the file beside it tells of, and of at most 4 MB", () => {
    const read = (name: string) => readFileSync(path.join(root, "models", name));
    const file = read("meaning.bin");
    const { file: told, words, measures, madeFrom } = JSON.parse(read("meaning.json").toString());
    expect(file.length).toBeLessThanOrEqual(4_000_000);
    expect(told).toEqual({
      name: "meaning.bin",
      bytes: file.length,
      sha256: createHash("sha256").update(file).digest("hex"),
    });
    expect(file.readUInt32LE(8)).toBe(128);
    expect(file.readUInt32LE(12)).toBe(words);
    expect(madeFrom.files[0]).toEqual({
      name: "arxiv-papers.jsonl.gz",
      bytes: expect.any(Number),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(measures.fused.inFirstTen).toBeGreaterThan(measures.keywords.inFirstTen);
  });

  test("embeds texts to the same bytes as word by word, whatever they hold", () => {
    const lines = gunzipSync(readFileSync(path.join(root, "sample/huggingface-daily-papers.jsonl.gz"))).toString();
    const papers = lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const texts = papers.map(({ paper = {}, title = paper.title, summary = paper.summary }) => [title, summary]);
    expect(texts.length).toBeGreaterThan(300);
    const words = "classes gases GPUs LLMs series buses analyses news bias CSS ies s es ss studys study studies study";
    for (const odd of [
      words,
      words.toUpperCase(),
      "Schr\\\"odinger's caf\u00e9s\u00a0and graphs\u2014networks",
      `${"graph".repeat(8)} ${"graph".repeat(8)}s graph`,
      "R\\&D of $\\beta$-VAEs, 10\\% graphs",
      "語 graph 語s",
    ])
      texts.push([odd, `${odd} ${odd}`]);
    const embed = wordByWord();
    for (const [title, abstract] of texts) expect(model.embed(title, abstract)).toEqual(embed(title, abstract));
  });

  test("finds texts alike that share a subject but no word", () => {
    const asked = model.embed("picture recognition by convolutional networks");
    const near = model.embed("visual classification: CNN features for photographs");
    const far = model.embed("cohomology of moduli spaces over finite fields");
    expect(likeness(asked, near)).toBeGreaterThan(likeness(asked, far) + 0.2);
    expect(likeness(asked, asked)).toBeCloseTo(1, 10);
  });

  test("reads the abstract with the title, in any order of words", () => {
    expect(model.embed("Graph", "neural networks")).toEqual(model.embed("networks neural graphs"));
    expect(model.embed("Graph", "neural networks")).not.toEqual(model.embed("Graph"));
  });

  test.each([
    ["an empty text", ""],
    ["signs alone", "?! -- $$ \u0000\u0001\u007f \u200b"],
    ["Chinese alone", "大规模语言模型的综述，第二版。"],
    ["unknown words alone", "qwzzkx vvqqj xkcdqz"],
  ])("of %s knows nothing", (_, text) => {
    expect(model.embed(text)).toBeNull();
    expect(model.embed(text, text)).toBeNull();
    // What it does not know changes nothing.
    expect(model.embed("graph neural networks", text)).toEqual(model.embed("graph neural networks"));
  });

  test("forgets a text before it reads the next", () => {
    const before = model.embed("diffusion models");
    model.embed("word embedding ".repeat(50_000));
    expect(model.embed("")).toBeNull();
    expect(model.embed("diffusion models")).toEqual(before);
  });
});
