import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { ExpectedError } from "../../../src/config/expected-error";
import { readTrustedDocuments } from "../../../src/http/trusted-documents/read-files";
import { temporaryFolder } from "../../support/processes";

describe("files of trusted documents", () => {
  let folder: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ folder, remove } = await temporaryFolder());
  });
  afterEach(() => remove());

  const write = async (name: string, content: unknown) => {
    const file = path.join(folder, name);
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const problem = (file: string): string => {
    try {
      readTrustedDocuments(file);
    } catch (error) {
      expect(error).toBeInstanceOf(ExpectedError);
      return (error as Error).message;
    }
    return "none";
  };
  const manifest = {
    format: "apollo-persisted-query-manifest",
    version: 1,
    operations: [{ id: "m", name: "M", type: "query", body: "query M { __typename }" }],
  };

  test("are a map of texts by their ids, or Apollo's manifest", async () => {
    const map = await write("map.json", { a: "query A { __typename }" });
    expect(readTrustedDocuments(map)).toEqual([{ id: "a", text: "query A { __typename }", file: map }]);
    const apollo = await write("apollo.json", manifest);
    expect(readTrustedDocuments(apollo)).toEqual([{ id: "m", text: "query M { __typename }", file: apollo }]);
  });

  test("may have ids that objects have as names of their own", async () => {
    const ids = ["__proto__", "constructor", "prototype", "toString"];
    const file = await write("map.json", `{ ${ids.map((id) => `"${id}": "{ __typename }"`).join(", ")} }`);
    expect(readTrustedDocuments(file).map(({ id }) => id)).toEqual(ids);
  });

  test("of a folder are those that end with .json, by their names", async () => {
    await write("b.json", { b: "{ b: __typename }" });
    await write("a.json", manifest);
    await write("notes.md", "no JSON");
    await mkdir(path.join(folder, "c"));
    expect(readTrustedDocuments(folder).map(({ id }) => id)).toEqual(["m", "b"]);
  });

  test.each([
    ["no JSON", "not JSON", "cannot be read as JSON"],
    ["a list", ["query A { __typename }"], "neither an object of texts by their ids"],
    ["numbers", { a: 1 }, "neither an object of texts"],
    ["a manifest of another version", { ...manifest, version: 2 }, "neither"],
    ["a manifest without texts", { ...manifest, operations: [{ id: "m" }] }, "neither"],
    ["no document", {}, "has no documents"],
  ])("%s is told of with the file", async (_, content, message) => {
    const file = await write("bad.json", content);
    expect(problem(file)).toContain(`TRUSTED_DOCUMENTS: ${file}`);
    expect(problem(file)).toContain(message);
  });

  test("that are not there, and an empty folder, are told of", async () => {
    expect(problem(path.join(folder, "none.json"))).toMatch(/there is no .*none\.json: make the folder/);
    expect(problem(folder)).toContain("has no documents");
  });
});
