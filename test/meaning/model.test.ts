import path from "node:path";
import { defaultModelName } from "../../src/meaning/default-model";
import { readModel, readModelFile, readModelName, writeModel } from "../../src/meaning/model-file";
import { wordsOf } from "../../src/meaning/words";
import { root } from "../../src/root";

const words = {
  dimensions: 4,
  words: ["graph", "neural", "β"],
  scales: Float32Array.of(0.5, 0.25, 2),
  vectors: Int8Array.of(127, 0, 0, 0, 0, -127, 0, 0, 1, 2, 3, -4),
};

describe("the words of a text", () => {
  test.each([
    ["", []],
    [" \n\t ?! \u0000\u0007 ", []],
    ["Graphs, studies & GPUs", ["graph", "study", "gpu"]],
    ["LLMs by GPS, CSS and this", ["llm", "by", "gps", "css", "and", "this"]],
    ["Self-Supervised GPT-4o", ["self", "supervised", "gpt", "4o"]],
    [String.raw`Poincar\'e's Schr{\"o}dinger at $\alpha$`, ["poincare", "s", "schrodinger", "at", "α"]],
    ["Poincaré&#39;s ＦＵＬＬ　width R&amp;D", ["poincare", "s", "full", "width", "r", "d"]],
    ["大规模语言模型", ["大规模语言模型"]],
    ["\ud800 half of a pair \udc00", ["half", "of", "a", "pair"]],
  ])("%j", (text, expected) => expect(wordsOf(text)).toEqual(expected));

  test("are read up to 20,000 code units, those of more than 40 letters left out", () => {
    expect(wordsOf("word ".repeat(200_000))).toHaveLength(4000);
    expect(wordsOf("a".repeat(1_000_000))).toEqual([]);
    expect(wordsOf("語".repeat(1_000_000))).toEqual([]);
    expect(wordsOf("\\'{".repeat(300_000))).toEqual([]);
  });
});

describe("the file of a model", () => {
  const file = writeModel(words);

  test("holds what was written", () => {
    const model = readModel(file, "it");
    expect(model.dimensions).toBe(4);
    expect(model.embed("Graphs")).toEqual({ values: Int8Array.of(127, 0, 0, 0), scale: 1 / 127 });
    // Its scale is half as large.
    expect(model.embed("neural graph")?.values).toEqual(Int8Array.of(127, -63, 0, 0));
    expect(writeModel(words).equals(file)).toBe(true);
  });

  const damages: [string, Buffer, string][] = [
    ["empty", Buffer.alloc(0), 'it does not begin with "meaning1", by which such a file is known'],
    ["another kind of file", Buffer.from("%PDF-1.7 and so on, and on"), 'it does not begin with "meaning1"'],
    ["cut off within its header", file.subarray(0, 20), "it ends after 20 bytes, within its header"],
    ["cut off behind it", file.subarray(0, -1), `it has ${file.length - 1} bytes where its header says ${file.length}`],
    ["continued", Buffer.concat([file, file]), `it has ${2 * file.length} bytes where its header says ${file.length}`],
    ["with another number of dimensions", withByte(file, 8, 0), "its header says 0 dimensions, not 1 to 4096"],
    ["with another number of words", withByte(file, 12, 2), "bytes where its header says"],
    ["with a byte changed", withByte(file, file.length - 3, 64), "it was changed since it was written"],
  ];

  test.each(damages)("%s is refused", (_, bytes, problem) => {
    expect(() => readModel(bytes, "x.bin")).toThrow(/^x.bin is not a model of meaning: /);
    expect(() => readModel(bytes, "x.bin")).toThrow(problem);
  });

  test("a missing one is named", () => {
    for (const read of [readModelFile, readModelName])
      expect(() => read("/nowhere/x.bin")).toThrow("/nowhere/x.bin cannot be read: there is no such file.");
  });

  test("gives its model a name that no other has", () => {
    expect(defaultModelName()).toMatch(/^words-128-[0-9a-f]{8}$/);
    expect(readModelName(path.join(root, "models/meaning.bin"))).toBe(defaultModelName());
    const other = path.join(root, "package.json");
    expect(() => readModelName(other)).toThrow(`${other} is not a model of meaning: it does not begin with "meaning1"`);
  });
});

function withByte(file: Buffer, at: number, byte: number): Buffer {
  const changed = Buffer.from(file);
  changed[at] = byte;
  return changed;
}
