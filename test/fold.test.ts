import { nameKey, titleKey } from "../src/ingest/fold";

test.each([
  ["Deep  $\\alpha$-Nets:\n A {Study}", "deep alpha nets — a study"],
  ["ﬁne Ⅳ", "FINE IV"],
])("the titles %j and %j are one", (a, b) => expect(titleKey(a)).toBe(titleKey(b)));

test.each([
  ["A/B testing", "AC testing"],
  ["L1", "L2"],
  ["Poincaré", "Poincare"],
  ["注意力", "注意"],
])("the titles %j and %j are two", (a, b) => expect(titleKey(a)).not.toBe(titleKey(b)));

test("a title of signs alone is its own key", () => {
  expect(titleKey("???")).toBe("???");
  expect(titleKey("!!!")).not.toBe(titleKey("???"));
});

test.each([
  ["J. K. Rowling", "J.K. ROWLING"],
  ["J. K. Rowling", "J K  Rowling"],
  ["É. Galois", "É Galois"],
  ["M. C.", "M C"],
])("the names %j and %j are one", (a, b) => expect(nameKey(a)).toBe(nameKey(b)));

test.each([
  ["Li Wei", "Wei Li"],
  ["José", "Jose"],
  ["Sammy Davis Jr.", "Sammy Davis Jr"],
])("the names %j and %j are two", (a, b) => expect(nameKey(a)).not.toBe(nameKey(b)));

test.each([":", ".", "NVIDIA", "Oh"])("the odd name %j has a key", (name) => expect(nameKey(name)).not.toBe(""));
