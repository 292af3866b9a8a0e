import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { ExpectedError } from "../../../src/config/expected-error";
import { type JsonItem, readJson } from "../../../src/ingest/sources/json.source";
import { root } from "../../../src/root";

const MB = 1024 * 1024;

describe("JSON files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "json-source-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (content: string | Buffer, maxItemBytes?: number): Promise<JsonItem[]> => {
    const file = path.join(folder, "input");
    await writeFile(file, content);
    const items: JsonItem[] = [];
    for await (const { bytesRead: _, ...item } of readJson(file, maxItemBytes)) items.push(item);
    return items;
  };

  const two = [
    { value: { a: 1 }, location: "line 1" },
    { value: { a: 2 }, location: "line 2" },
  ];
  const twoOfArray = two.map(({ value }, i) => ({ value, location: `item ${i + 1}` }));

  test("lines, arrays, either gzipped, with or without a final newline or a byte order mark", async () => {
    expect(await read('{"a":1}\n{"a":2}')).toEqual(two);
    expect(await read('\uFEFF{"a":1}\r\n{"a":2}\r\n')).toEqual(two);
    expect(await read(gzipSync('{"a":1}\n{"a":2}\n'))).toEqual(two);
    expect(await read(' [ {"a":1},\n {"a":2} ] ')).toEqual(twoOfArray);
    expect(await read(gzipSync('[{"a":1},{"a":2}]'))).toEqual(twoOfArray);
    expect(await read("[]")).toEqual([]);
  });

  test("a bad line is rejected with its number, and the rest goes on", async () => {
    const reason = "It is not a JSON object.";
    expect(await read('{"a":1}\n{broken\n\n[1]\n{"a":2}\n')).toEqual([
      two[0],
      { rejected: { location: "line 2", reason } },
      { rejected: { location: "line 4", reason } },
      { value: { a: 2 }, location: "line 5" },
    ]);
  });

  const notUtf8 = "not encoded in UTF-8: save it in that encoding.";
  const latin1 = (text: string) => Buffer.from(text, "latin1");

  test.each([
    ["plain", (bytes: Buffer) => bytes],
    ["gzipped", gzipSync],
  ])("a line in another encoding is rejected with its number, and the rest goes on: %s", async (_, packed) => {
    const rejected = { location: "line 1", reason: `It is ${notUtf8}` };
    expect(await read(packed(latin1('{"name":"Adá"}')))).toEqual([{ rejected }]);
    const second = Buffer.from('\n{"name":"Adá \ufffd"}');
    expect(await read(packed(Buffer.concat([latin1('{"name":"Adá"}'), second])))).toEqual([
      { rejected },
      { value: { name: "Adá \ufffd" }, location: "line 2" },
    ]);
  });

  test("an array, or a whole file, in another encoding is an error that says so", async () => {
    const array = '[{"a":1},{"name":"Adá"}]';
    await expect(read(latin1(array))).rejects.toThrow(`input cannot be read: from item 1 on it is ${notUtf8}`);
    await expect(read(gzipSync(latin1(array)))).rejects.toBeInstanceOf(ExpectedError);
    for (const text of [array, '{"a":1}\n{"a":2}']) {
      for (const wide of [text, `\ufeff${text}`]) {
        const bytes = Buffer.from(wide, "utf16le");
        await expect(read(bytes)).rejects.toThrow(`input is ${notUtf8}`);
        await expect(read(bytes.swap16())).rejects.toThrow(`input is ${notUtf8}`);
      }
    }
  });

  test("letters may be cut anywhere", async () => {
    const name = "é€😀".repeat(50_000);
    expect(await read(`[${JSON.stringify({ name })}]`)).toEqual([{ value: { name }, location: "item 1" }]);
    expect(await read(`{"a":"é"}\n${JSON.stringify({ name })}`)).toEqual([
      { value: { a: "é" }, location: "line 1" },
      { value: { name }, location: "line 2" },
    ]);
  });

  test("an item of an array that is no object is rejected with its number, and the rest goes on", async () => {
    const reason = "It is not a JSON object.";
    expect(await read('[1,{"a":1},["b"],null,{"a":2}]')).toEqual([
      { rejected: { location: "item 1", reason } },
      { value: { a: 1 }, location: "item 2" },
      { rejected: { location: "item 3", reason } },
      { rejected: { location: "item 4", reason } },
      { value: { a: 2 }, location: "item 5" },
    ]);
  });

  test("a bad first line is rejected too, and blank lines before it do not matter", async () => {
    expect(await read('{broken\n{"a":2}\n')).toEqual([
      { rejected: { location: "line 1", reason: "It is not a JSON object." } },
      two[1],
    ]);
    expect(await read('\n{"a":2}\n')).toEqual([two[1]]);
  });

  test("a line beyond the bound is an error that says so, after the items before it", async () => {
    const file = path.join(folder, "long-line");
    await writeFile(file, `{"a":1}\n{"a":"${"x".repeat(2 * MB)}"}\n`);
    const items = readJson(file, MB);
    expect((await items.next()).value).toMatchObject(two[0]!);
    await expect(items.next()).rejects.toThrow("a line of more than 1 MB");
  });

  test.each([
    ["is one endless text", `[{"a":1},{"a":"${"x".repeat(2 * MB)}"}]`, "item 2 is larger than 1 MB"],
    ["is one endless number", `[{"a":1},${"1".repeat(2 * MB)}]`, "item 2 is larger than 1 MB"],
    ["has texts without end", `[{"a":[${'"x", '.repeat(MB / 2)}""]}]`, "item 1 is larger than 1 MB"],
    [
      "has levels without end",
      `[{"a":"]"},{"a":"\\"[","b":${"[".repeat(100_000)}`,
      "item 2 is nested more than 100 levels",
    ],
  ])(
    "an item of an array that %s is an error that names it, though its gzip file is small",
    async (_, json, message) => {
      const packed = gzipSync(json);
      expect(packed.length).toBeLessThan(50_000);
      await expect(read(packed, MB)).rejects.toThrow(message);
    },
  );

  test("eight megabytes are the bound of an array's items, as of lines", async () => {
    await expect(read(`[{"a":"${"x".repeat(9 * MB)}"}]`)).rejects.toThrow("item 1 is larger than 8 MB");
  });

  test("an array of small items may be of any size, blanks between them too", async () => {
    const items = await read(
      gzipSync(
        `[${Array(1000)
          .fill(`{"a":"${"x".repeat(2000)}"}`)
          .join(`,${" ".repeat(2000)}`)}]`,
      ),
      MB,
    );
    expect(items).toHaveLength(1000);
  });

  test.each([
    ["1", "neither a JSON array"],
    ['{\n  "status": "no_data"\n}', "neither a JSON array"],
    ['[{"a":1},{"b"', "broken after item 1"],
    ["", "empty"],
    ["<html>", "neither a JSON array"],
  ])("%j is an error that says why", async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  test("a gzip file that is cut off, a missing file and a folder are errors that say why", async () => {
    const whole = gzipSync(Array.from({ length: 5000 }, () => JSON.stringify({ a: Math.random() })).join("\n"));
    await expect(read(whole.subarray(0, whole.length / 2))).rejects.toThrow("damaged or cut off");
    await expect(readJson(path.join(folder, "nope")).next()).rejects.toThrow("there is no such file");
    await expect(readJson(folder).next()).rejects.toThrow("it is a folder");
  });

  test("a file larger than the process's memory is read item by item", async () => {
    const file = path.join(folder, "large.json");
    const item = JSON.stringify({ text: "x".repeat(1000) });
    await writeFile(file, `[${Array<string>(60_000).fill(item).join(",")}]`);
    const script = path.join(root, "test/support/count-items.ts");
    const args = ["--max-old-space-size=40", "--require", require.resolve("../../support/compiled"), script, file];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe("60000\n");
  });
});
