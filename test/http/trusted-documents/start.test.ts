import { createApp } from "../../../src/app";
import { createLog } from "../../../src/log";
import { useDatabase } from "../../support/use-api";
import { LIST, LIST_ID, OTHER, sha256 } from "./documents";

describe("the start with trusted documents", () => {
  const t = useDatabase();

  const startProblem = async (texts: { id: string; text: string }[]) => {
    const log = createLog("error", { write: () => {} });
    const given = texts.map((each) => ({ ...each, file: "a.json" }));
    const started = createApp(t.db, { log, trustedDocuments: given });
    return started.then(
      async (app) => app.close(),
      (error: Error) => error.message,
    );
  };

  test.each([
    ["a field that is gone", [{ id: "x", text: "query Old { papers { gone } }" }], /a\.json: Old \(x\): Cannot query/],
    ["no GraphQL", [{ id: "x", text: "query Broken {" }], /Broken \(x\): Syntax Error/],
    ["too many tokens", [{ id: "x", text: `{ ${"a: __typename ".repeat(500)} }` }], /x: Syntax Error/],
    ["a text of another hash", [{ id: LIST_ID, text: OTHER }], /Other \(sha256:.*\): its id is not the SHA-256/],
    ["an empty id", [{ id: "", text: OTHER }], /a\.json: Other \(""\): its id is empty/],
    [
      "two documents of one id",
      [
        { id: "x", text: LIST },
        { id: "x", text: OTHER },
      ],
      /Other \(x\): another document has its id/,
    ],
    [
      "many failures",
      Array.from({ length: 7 }, (_, i) => ({ id: `x${i}`, text: `{ gone${i} }` })),
      /x0: .*x4: .*and 2 others/s,
    ],
  ])("%s: the API does not start, and names the operation", async (_, texts, message) => {
    expect(await startProblem(texts)).toMatch(message);
  });

  test("the same document in two files is one", async () => {
    const twice = [
      { id: "x", text: LIST },
      { id: "x", text: LIST },
      { id: sha256(LIST), text: LIST },
      { id: sha256(LIST).toUpperCase(), text: LIST },
      { id: `SHA256:${sha256(LIST).toUpperCase()}`, text: LIST },
    ];
    expect(await startProblem(twice)).toBeUndefined();
  });
});
