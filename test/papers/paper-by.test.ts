import {
  buildClientSchema,
  type GraphQLInputObjectType,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from "graphql";
import { defaultOptimizations } from "../../src/config/optimizations";
import { startApi, type TestApi } from "../support/api";
import { watchCompilations } from "../support/compilations";
import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const FOUND = "query ($by: PaperBy!) { paper(by: $by) { title } }";

describe("a paper by one reference", () => {
  const t = useApi();
  let plain: TestApi;
  let id: string;
  const compilations = watchCompilations();
  beforeAll(async () => {
    plain = t.use(await startApi(t.db, { optimizations: { ...defaultOptimizations, fastPath: false } }));
    await importRecords(t.db, [
      sourceRecord({ title: "On arXiv", arxivId: "2409.04828", doi: "10.1000/ABC.182" }),
      sourceRecord({ title: "A later chapter", arxivId: "2409.00002", doi: "10.1000/abc.182" }),
      sourceRecord({ title: "Elsewhere", url: "https://example.org/papers/7?a=b" }),
      sourceRecord({ title: "A listing", url: "https://arxiv.org/list/cs.CL/recent" }),
      sourceRecord({ title: "An unknown id", url: "https://arxiv.org/abs/2409.00077v1" }),
      sourceRecord({ title: "A page", url: "https://huggingface.co/papers/2409.00078" }),
      sourceRecord({ title: "A resolver", url: "https://doi.org/10.1000/XYZ" }),
    ]);
    ({ id } = (await t.api.data('{ paper(by: { arxivId: "2409.04828" }) { id } }')).paper);
  });
  afterAll(() => compilations.stop());

  /** The answers of the API without the fast path, and of one that compiles the query at the second time. */
  const askAll = async (query: string, variables?: object) => {
    const answers = [await plain.ask(query, variables)];
    for (let i = 0; i < 3; i++) answers.push(await t.api.ask(query, variables));
    return answers;
  };

  test.each([
    [{ arxivId: "arXiv:2409.04828v2 [cs.CV]" }, "On arXiv"],
    [{ doi: "10.1000/abc.182" }, "On arXiv"],
    [{ doi: "https://doi.org/10.1000/Abc.182" }, "On arXiv"],
    [{ doi: "10.48550/arXiv.2409.00002" }, "A later chapter"],
    [{ doi: "https://doi.org/10.48550%2FarXiv.2409.00002" }, "A later chapter"],
    [{ doi: "(DOI 10.1000/abc.182)." }, "On arXiv"],
    [{ url: "\\url{https://doi.org/10.1000%2Fabc.182?a=b}" }, "On arXiv"],
    [{ url: "https://huggingface.co/papers/2409.04828" }, "On arXiv"],
    [{ url: "[the paper](https://arxiv.org/pdf/2409.04828v1)" }, "On arXiv"],
    [{ url: "https://dx.doi.org/10.1000/ABC.182" }, "On arXiv"],
    [{ url: "https://EXAMPLE.org/papers/7?a=b" }, "Elsewhere"],
    [{ url: "https://arxiv.org/list/cs.CL/recent" }, "A listing"],
    [{ url: "https://arxiv.org/abs/2409.00077v1" }, "An unknown id"],
    [{ url: "https://huggingface.co/papers/2409.00078" }, "A page"],
    [{ url: "https://doi.org/10.1000/XYZ" }, "A resolver"],
    [{ arxivId: "2409.00009" }, null],
    [{ doi: "10.1000/unknown" }, null],
    [{ url: "https://example.org/papers/8" }, null],
    [{ id: Buffer.from("Paper:2147483647").toString("base64url") }, null],
  ])("%j finds %j, on either path", async (by, title) => {
    compilations.reset();
    for (const { data } of await askAll(`${FOUND} # ${JSON.stringify(by)}`, { by })) {
      expect(data).toEqual({ paper: title === null ? null : { title } });
    }
    expect(compilations.count()).toBe(1);
    const [field, value] = Object.entries(by)[0]!;
    const literal = `{ paper(by: { ${field}: ${JSON.stringify(value)} }) { title } }`;
    for (const { data } of await askAll(literal)) expect(data?.paper?.title ?? null).toBe(title);
    const inside = `query ($x: ${field === "id" ? "ID" : "String"}!) { paper(by: { ${field}: $x }) { title } }`;
    for (const { data } of await askAll(inside, { x: value })) expect(data?.paper?.title ?? null).toBe(title);
  });

  test("its global id finds it", async () => {
    for (const { data } of await askAll(FOUND, { by: { id } })) expect(data).toEqual({ paper: { title: "On arXiv" } });
  });

  test.each([
    [{ id: "x" }, "by.id", "by.arxivId"],
    [{ arxivId: "hello" }, "by.arxivId", "not an arXiv id"],
    [{ arxivId: "https://example.org/papers/7" }, "by.arxivId", "not an arXiv id"],
    [{ doi: "2409.04828" }, "by.doi", "10.1000/182"],
    [{ url: "hello" }, "by.url", "neither an http or https address, nor an arXiv id or a DOI"],
    [{ url: "" }, "by.url", "neither"],
    [{ url: "https://ada:secret@example.org/" }, "by.url", "neither"],
  ])("%j is BAD_USER_INPUT of %s", async (by, argument, message) => {
    for (const { errors } of await askAll(FOUND, { by })) {
      expect(errors).toMatchObject([
        { message: expect.stringContaining(message), extensions: { code: "BAD_USER_INPUT", argument } },
      ]);
    }
  });

  test.each([[{}], [{ doi: "10.1000/182", url: "hello" }], [{ doi: null }], [{ doi: "10.1000/182", url: null }]])(
    "%j as a variable is refused: exactly one",
    async (by) => {
      // So that a compiled query is there, which must refuse it as well.
      for (let i = 0; i < 3; i++) await t.api.data(FOUND, { by: { arxivId: "2409.04828" } });
      for (const { data, errors } of await askAll(FOUND, { by })) {
        expect(data).toBeUndefined();
        expect(errors?.[0]).toMatchObject({
          message: expect.stringMatching(/exactly one key|must be non-null/i),
          extensions: { code: "BAD_USER_INPUT", argument: "$by" },
        });
      }
    },
  );

  test.each([
    ["{ paper(by: {}) { title } }", "exactly one key"],
    ['{ paper(by: { doi: "10.1000/182", arxivId: "2409.04828" }) { title } }', "exactly one key"],
    ["{ paper(by: { doi: null }) { title } }", "must be non-null"],
    ["query ($doi: String) { paper(by: { doi: $doi }) { title } }", "must be non-nullable"],
  ])("%s is refused before it is executed", async (query, message) => {
    for (const { errors } of await askAll(query)) {
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining(message),
          extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
        },
      ]);
    }
  });

  test.each([
    "{ paper { title } }",
    "query ($by: PaperBy) { paper(by: $by) { title } }",
    "{ paper(by: null) { title } }",
  ])("%s lacks a reference", async (query) => {
    for (const { errors } of await askAll(query)) {
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "by" } }]);
    }
  });

  test("a reference beside a deprecated argument is refused, with or without the same value", async () => {
    const query = 'query ($x: String) { paper(by: { arxivId: "2409.04828" }, arxivId: $x) { title } }';
    for (const { errors } of await askAll(query, { x: "2409.04828" })) {
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "by" } }]);
    }
    for (const { data } of await askAll(query, { x: null })) expect(data).toEqual({ paper: { title: "On arXiv" } });
  });

  test("introspection tells that exactly one is taken, and what is deprecated", async () => {
    const query = getIntrospectionQuery({ oneOf: true, inputValueDeprecation: true });
    const schema = buildClientSchema((await t.api.data(query)) as unknown as IntrospectionQuery);
    expect((schema.getType("PaperBy") as GraphQLInputObjectType).isOneOf).toBe(true);
    const { args } = schema.getQueryType()!.getFields().paper!;
    const deprecated = args.filter(({ deprecationReason }) => deprecationReason).map(({ name }) => name);
    expect(deprecated.sort()).toEqual(["arxivId", "id"]);
  });
});
