import { parseUrl } from "../../src/inputs/parse-url";
import { readWebUrl } from "../../src/inputs/web-url";

test("a URL with letters such as ü is one however many were read before", () => {
  for (let i = 0; i < 20_000; i++) {
    if (readWebUrl("https://münchen.example/ü") === null) throw new Error(`refused after ${i} times`);
  }
  expect(parseUrl("../é", "https://papers.example/a/b")!.href).toBe("https://papers.example/%C3%A9");
  expect([parseUrl("papers"), parseUrl("//"), parseUrl("https://")]).toEqual([null, null, null]);
});
