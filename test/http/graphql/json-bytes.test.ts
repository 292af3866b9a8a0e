import { jsonBytes } from "../../../src/http/graphql/json-bytes";

const many = (length: number, of: (i: number) => unknown) => Array.from({ length }, (_, i) => of(i));

describe("an answer as bytes", () => {
  test.each<[string, unknown]>([
    ["nothing", {}],
    ["scalars", { a: null, b: true, c: 1.5, d: "x", e: undefined }],
    [
      "lists",
      { none: [], one: [1], ten: many(10, (i) => i), eleven: many(11, (i) => ({ i, inner: many(i, String) })) },
    ],
    ["lists of lists and nulls", { a: [[1, 2], [], null, [{ b: null }]] }],
    ["a date", { at: new Date(0), all: many(12, (i) => ({ at: new Date(i) })) }],
    ["a name of the language", { toJSON: 1, all: [{ toJSON: null, x: { constructor: [{ toString: "x" }] } }] }],
    ["quotes and controls", { 'a"b\n': '"\\\u0000\u001f\u2028', 日本: "é" }],
    ["characters of one to four bytes", { all: many(30, (i) => "aé“😀".repeat(i)) }],
    ["halves of surrogate pairs", { all: ["\ud83d", "\ude00", "\ude00\ud83d"] }],
    ["a name like no other", JSON.parse('{ "__proto__": { "a": 1 } }')],
  ])("of %s is what JSON.stringify writes", (_, data) => {
    expect(jsonBytes({ data }).toString()).toBe(`${JSON.stringify({ data })}\n`);
  });

  it("may be long, and the next one is right, too", () => {
    const long = { data: many(300, () => "“long”".repeat(2000)) };
    expect(JSON.parse(jsonBytes(long).toString())).toEqual(long);
    expect(jsonBytes({ a: [1, 2] }).toString()).toBe('{"a":[1,2]}\n');
  });

  it("is not written over by the next one", () => {
    const first = jsonBytes({ a: 1 });
    jsonBytes({ b: 2 });
    expect(first.toString()).toBe('{"a":1}\n');
  });
});
