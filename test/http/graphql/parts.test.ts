import { parse, print } from "graphql";
import { defaultOptimizations } from "../../../src/config/optimizations";
import { documentWithParts } from "../../../src/http/graphql/document-with-parts";
import { getSchema } from "../../../src/schema";
import { arrange } from "../../fuzz/data";
import { generate } from "../../fuzz/document";
import { createRandom } from "../../fuzz/random";
import { learn } from "../../fuzz/run";
import { portOf, startApi } from "../../support/api";
import { featured, importRecords, sourceRecord } from "../../support/factories";
import { asPost, createHttpClient, type HttpClient } from "../../support/http-client";
import { unlimited } from "../../support/limits";
import { useApi } from "../../support/use-api";

const SEED = 20261130;
const DOCUMENTS = process.env.SOAK ? 20_000 : 60;

jest.setTimeout(process.env.SOAK ? 3_600_000 : 60_000);

function rewritten(query: string): string | null {
  const document = parse(query);
  const [operation] = document.definitions;
  if (operation?.kind !== "OperationDefinition") throw new Error("The operation comes first");
  const found = documentWithParts(getSchema(), { document, operation });
  return (
    found &&
    print(found)
      .replace(/(?:\\n|\s)+/g, " ")
      .replace(/(?<=\() | (?=\))/g, "")
  );
}

describe("content in a query", () => {
  test.each([
    [
      "becomes a part where it stands side by side",
      "{ papers { nodes { title abstract upvoteCount id url } } }",
      '{ papers { nodes { __part0: __part(of: "{ title abstract }") upvoteCount __part1: __part(of: "{ id url }") } } }',
    ],
    [
      "is merged across fragments, in the order of the response",
      "{ papers { nodes { ...A title ... on Node { id } authors { nodes { name } } } } } fragment A on Paper { authors { nodes { id } } abstract }",
      '{ papers { nodes { __part0: __part(of: "{ authors { nodes { id name } } abstract title id }") } } } fragment A on Paper { authors { nodes { id } } abstract }',
    ],
    [
      "below content is part of it only if all of it is",
      "{ papers { nodes { title authors(first: 2) { totalCount nodes { name } } } } }",
      null,
    ],
    [
      "that depends on a variable is none",
      "query ($n: Int) { papers { nodes { authors(first: $n) { nodes { name } } } } }",
      null,
    ],
    ["of an author who is asked for directly is none", '{ author(id: "x") { id name } }', null],
    ["is left alone where a client uses a part's name", "{ papers { nodes { __part0: title abstract } } }", null],
  ])("%s", (_, query, expected) => {
    expect(rewritten(query)).toBe(expected);
  });
});

describe("answers with parts", () => {
  const t = useApi({ limits: unlimited });
  let toParts: HttpClient;
  let toPlain: HttpClient;
  let token: string;
  beforeAll(async () => {
    token = await arrange(t.db);
    const plain = t.use(
      await startApi(t.db, { limits: unlimited, optimizations: { ...defaultOptimizations, contentCacheMb: 0 } }),
    );
    toParts = t.use(createHttpClient(portOf(t.api), 1));
    toPlain = t.use(createHttpClient(portOf(plain), 1));
  });

  /** An answer without what differs from one request to the next: ids of requests, and scores that decay. */
  const comparable = (body: string) => body.replace(/"requestId":"[^"]*"/g, "").replace(/(\d\.\d{3})\d+/g, "$1");

  const expectSame = async (query: string, variables?: object, told = comparable) => {
    const sent = asPost({ query, variables }, token);
    const { body } = await toPlain.send(sent);
    for (let i = 0; i < 3; i++) expect(told((await toParts.send(sent)).body)).toBe(told(body));
    return body;
  };

  /** One error can leave no data: which others are told then depends on what was found first. */
  const withoutErrorsOfNoData = (body: string) =>
    comparable(body).replace(/^\{"errors":\[.+\],"data":null\}/, '{"errors":[],"data":null}');

  test(`have the same bytes as without, for ${DOCUMENTS} random documents (seed ${SEED})`, async () => {
    const known = await learn(toPlain.send);
    const seedOf = createRandom(SEED);
    let answered = 0;
    for (let i = 0; i < DOCUMENTS; i++) {
      const sample = generate(getSchema(), createRandom(seedOf.int(0, 2 ** 31 - 1)), known);
      // What is left of an allowance differs at each request, by whatever name it is asked for.
      if (!/^\s*(query|\{)/.test(sample.query) || sample.query.includes("rateLimit")) continue;
      const body = await expectSame(sample.query, sample.variables, withoutErrorsOfNoData);
      if (!body.includes('"errors"')) answered++;
    }
    expect(answered).toBeGreaterThan(DOCUMENTS / 8);
  });

  test("say what is wrong as without", async () => {
    await expectSame("{ papers { nodes { title authors(first: 1000) { nodes { name } } } } }");
    await expectSame('{ papers { nodes { title authors(after: "x") { nodes { name } } abstract } } }');
  });

  test("have what looks like a part, and authors beyond those in memory", async () => {
    await importRecords(t.db, [
      sourceRecord({
        title: '__part00":0',
        abstract: '"__part01":0 “quoted”',
        authors: Array.from({ length: 60 }, (_, i) => `Author Number${i}`),
        authorCount: 60,
        featured: featured("2026-01-08"),
      }),
    ]);
    const body = await expectSame(
      '{ feed(on: "2026-01-08") { papers { nodes { upvoteCount title abstract authors(first: 55) { nodes { name } } commentCount id doi } } } }',
    );
    expect(JSON.parse(body).data.feed.papers.nodes[0].authors.nodes).toHaveLength(55);
  });

  test.each([
    'Say "__part0":0 to me',
    '"__part00":0',
    '{"__part00":0,"__part01":0}',
    '\\"__part00":0',
    "x\\",
    ',"__part00":0',
  ])("have the title %s as it is", async (title) => {
    await importRecords(t.db, [sourceRecord({ title, abstract: title, keywords: ["gaps"] })]);
    for (const fields of ["title upvoteCount id keywords", "upvoteCount title commentCount id url", "title"]) {
      await expectSame(`{ papers(filter: { keywords: ["gaps"] }) { nodes { ${fields} } } }`);
    }
    await expectSame(
      '{ searchPapers(query: "say gaps") { edges { highlights { text } node { id title upvoteCount } } } }',
    );
  });

  test.each(["toJSON", "then", "constructor", "hasOwnProperty", "bytes"])(
    "stand beside the alias %s",
    async (alias) => {
      await expectSame(`{ papers { nodes { ${alias}: upvoteCount id title url } } }`);
      await expectSame(
        `{ ${alias}: papers { edges { ${alias}: node { id title url upvoteCount ${alias}: abstract } } } }`,
      );
    },
  );

  test("change with the content", async () => {
    const QUERY = "{ papers { nodes { id title abstract upvoteCount } } }";
    await expectSame(QUERY);
    await t.db.run("update papers set title = title || ' anew'");
    expect(await expectSame(QUERY)).toContain(" anew");
  });
});
