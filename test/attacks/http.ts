import { gzipSync } from "node:zlib";
import type { Sent } from "../support/http-client";
import { type Attack, passes, refused } from "./attack";

const JSON_TYPE = { "content-type": "application/json" };
const TYPENAME = '{"query":"{ __typename }"}';
const BAD = "BAD_USER_INPUT";

const post = (body: string | Buffer, headers: Record<string, string> = {}): { http: Sent } => ({
  http: { headers: { ...JSON_TYPE, accept: "application/graphql-response+json", ...headers }, body },
});
const get = (path: string, headers: Record<string, string> = {}): { http: Sent } => ({
  http: {
    method: "GET",
    path,
    headers: { "apollo-require-preflight": "1", accept: "application/graphql-response+json", ...headers },
  },
});
const ofBytes = (bytes: number) => `${TYPENAME}${" ".repeat(bytes - TYPENAME.length)}`;
const body = { argument: "body" };
const jsonOnly = { status: 415, says: "content-type: application/json" };

const bodies: Attack[] = [
  passes("a body of 102,400 bytes is taken", post(ofBytes(102_400))),
  refused("a longer body is refused", post(ofBytes(102_401)), BAD, { ...body, status: 413, says: "102400 bytes" }),
  refused("a body of 10 MB is refused", post(ofBytes(10_000_000)), BAD, { ...body, status: 413 }),
  refused("a batch", post(`[${TYPENAME},${TYPENAME}]`), BAD, { says: /one JSON object/ }),
  refused("a batch of 3,000", post(`[${Array(3000).fill(TYPENAME).join()}]`), BAD),
  refused("an empty batch", post("[]"), BAD),
  ...["null", "1", '"text"', "true", "{}"].map((text) => refused(`a body that is ${text}`, post(text), BAD)),
  refused("no body", post(""), BAD, body),
  refused("a body that is no JSON", post("{query: 1}"), BAD, body),
  refused("a body that ends too soon", post('{"query":"{ __ty'), BAD, body),
  refused("50,000 arrays in each other", post("[".repeat(50_000)), BAD, body),
  refused("50,000 arrays in each other, closed", post(`${"[".repeat(50_000)}${"]".repeat(50_000)}`), BAD),
  refused(
    "10,000 objects in each other as variables",
    post(
      `{"query":"query($a: PaperFilter){ papers(filter: $a) { totalCount } }","variables":{"a":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}}`,
    ),
    BAD,
  ),
  passes("the last of two equal keys counts", post(`{"query":"{ nope }","query":"{ __typename }"}`)),
  refused("__proto__ in the body", post('{"query":"{ __typename }","__proto__":{"isAdmin":true}}'), BAD, body),
  refused(
    "__proto__, escaped, in the body",
    post('{"query":"{ __typename }","\\u005f_proto__":{"isAdmin":true}}'),
    BAD,
    body,
  ),
  refused(
    "constructor.prototype in the body",
    post('{"query":"{ __typename }","constructor":{"prototype":{"isAdmin":true}}}'),
    BAD,
    body,
  ),
  refused(
    "__proto__ in variables",
    post('{"query":"{ __typename }","variables":{"__proto__":{"isAdmin":true}}}'),
    BAD,
    body,
  ),
  refused("bytes that are no UTF-8", post(Buffer.from('{"query":"{ \xff\xfe }"}', "latin1")), BAD, {
    ...body,
    status: 415,
  }),
  refused("UTF-16", post(Buffer.from(TYPENAME, "utf16le")), BAD, body),
  refused("a body said to be in UTF-16", post(TYPENAME, { "content-type": "application/json; charset=utf-16" }), BAD, {
    ...body,
    status: 415,
  }),
  refused(
    "a body said to be in Latin 1",
    post(TYPENAME, { "content-type": 'application/json; charset="iso-8859-1"' }),
    BAD,
    { ...body, status: 415 },
  ),
  passes("a body said to be in UTF-8", post(TYPENAME, { "content-type": "application/json;charset=UTF-8" })),
  refused("a body that is packed", post(gzipSync(TYPENAME), { "content-encoding": "gzip" }), BAD, {
    ...body,
    status: 415,
  }),
];

/** What a page of another origin can send without a preflight, and other forms that are not JSON. */
const types: Attack[] = [
  ...[
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "text/json",
    "application/json-seq",
    "nonsense",
    "a/b; application/json",
  ].map((type) =>
    refused(`the content type ${type}`, post(TYPENAME, { "content-type": type }), BAD, { ...body, ...jsonOnly }),
  ),
  refused("a body without a content type", { http: { body: TYPENAME } }, BAD, { ...body, ...jsonOnly }),
  refused("a GET as a page can send it", { http: { method: "GET", path: "/graphql?query={__typename}" } }, BAD, {
    says: /another site/,
  }),
  refused(
    "a GET with a content type that needs no preflight",
    { http: { method: "GET", path: "/graphql?query={__typename}", headers: { "content-type": "text/plain" } } },
    BAD,
    { status: 415, says: /without a content-type/ },
  ),
];

const gets: Attack[] = [
  passes("a GET with a header that a page cannot send", get("/graphql?query={__typename}")),
  refused(
    "a mutation by GET",
    get(`/graphql?query=${encodeURIComponent('mutation{upvotePaper(input:{paperId:"x"}){changed}}')}`),
    BAD,
    { status: 405, says: /POST/ },
  ),
  refused("a GET without a query", get("/graphql"), BAD),
  refused("a GET with two queries", get("/graphql?query={__typename}&query={__typename}"), BAD),
  refused("a GET with variables that are no JSON", get("/graphql?query={__typename}&variables={a"), BAD),
  refused("a GET with variables that are a list", get("/graphql?query={__typename}&variables=[1]"), BAD),
  refused("a GET with extensions that are a text", get("/graphql?query={__typename}&extensions=%22a%22"), BAD),
  refused("a GET with a broken escape", get("/graphql?query=%E0%A4%A"), "GRAPHQL_PARSE_FAILED"),
  refused("a GET with NUL in the query", get("/graphql?query=%7B%00%7D"), "GRAPHQL_PARSE_FAILED"),
];

/** Persisted queries (APQ) and operation names that are not good. */
const HASH = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";
const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});
const TWO = "query A { a: __typename } query B { b: __typename }";
const requests: Attack[] = [
  refused("a persisted query that is not known", persisted("0".repeat(64)), "PERSISTED_QUERY_NOT_FOUND", {
    status: 200,
  }),
  passes("a persisted query is kept under its hash", { query: "{__typename}", ...persisted(HASH) }),
  passes("and is found again", persisted(HASH)),
  refused("a persisted query under another hash", { query: "{ __typename }", ...persisted(HASH) }, BAD, {
    argument: "extensions",
  }),
  refused("a persisted query of an unknown version", { query: "{ __typename }", ...persisted(HASH, 2) }, BAD, {
    argument: "extensions",
  }),
  ...[null, 1, {}, [], "__proto__", "x".repeat(90_000)].map((hash) =>
    refused(
      `a persisted query with the hash ${JSON.stringify(hash).slice(0, 20)}`,
      { query: "{ __typename }", ...persisted(hash) },
      BAD,
    ),
  ),
  ...[1, "text", []].map((extensions) =>
    refused(`extensions that are ${JSON.stringify(extensions)}`, { query: "{ __typename }", extensions }, BAD),
  ),
  passes("extensions that nobody knows", { query: "{ __typename }", extensions: { a: [1] } }),
  ...[1, "text", [1], '{"a":1}'].map((variables) =>
    refused(`variables that are ${JSON.stringify(variables)}`, { query: "{ __typename }", variables }, BAD),
  ),
  refused("an operation name of two operations is missing", { query: TWO }, BAD, { argument: "operationName" }),
  refused("an operation name that is unknown", { query: TWO, operationName: "C" }, BAD, { argument: "operationName" }),
  refused("an operation name of a document without names", { query: "{ __typename }", operationName: "C" }, BAD, {
    argument: "operationName",
  }),
  passes("an operation name that is empty", { query: "{ __typename }", operationName: "" }),
  refused("an empty operation name where there are two", { query: TWO, operationName: "" }, BAD, {
    argument: "operationName",
  }),
  ...[1, {}, []].map((operationName) =>
    refused(`an operation name that is ${JSON.stringify(operationName)}`, { query: TWO, operationName }, BAD),
  ),
  passes("an operation name of 50,000 letters", {
    query: `query ${"a".repeat(50_000)} { __typename }`,
    operationName: "a".repeat(50_000),
  }),
];

/** What is no GraphQL request: answered by HTTP alone. */
const strange: Attack[] = [
  ...["PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "LINK"].map((method) =>
    refused(`${method} /graphql`, { http: { method } }, BAD, {
      status: 405,
      says: "not allowed here; send GET or POST",
    }),
  ),
  ...["/nope", "/graphql/x", "/GraphQL", "/.env", "/..%2f..%2fetc/passwd", "/graphql%00", "/metrics", "//graphql"].map(
    (path) => refused(`GET ${path}`, get(path), BAD, { status: 404, says: "GraphQL is at /graphql" }),
  ),
  refused("a path with a broken escape", get("/%"), BAD, { argument: "URL" }),
  refused("a URL of 100 KB", get(`/graphql?query=${"a".repeat(100_000)}`), "BAD_USER_INPUT", { status: 431 }),
  refused(
    "a header of 100 KB",
    get("/graphql?query={__typename}", { "x-long": "a".repeat(100_000) }),
    "BAD_USER_INPUT",
    {
      status: 431,
    },
  ),
  passes(
    "500 headers",
    get("/graphql?query={__typename}", Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, "1"]))),
    { status: 200 },
  ),
  ...["a b", "[", "%", "999.999.999.999", "xn--a"].map((host) =>
    refused(`the host "${host}"`, get("/graphql?query={__typename}", { host }), BAD, { argument: "Host" }),
  ),
  ...["Bearer", "Basic YTpi", "Bearer dp_x", `Bearer dp_${"x".repeat(8000)}`, "Bearer a b"].map((authorization) =>
    refused(`the authorization ${authorization.slice(0, 20)}`, post(TYPENAME, { authorization }), "UNAUTHENTICATED", {
      status: 401,
    }),
  ),
];

export const httpAttacks: Attack[] = [...bodies, ...types, ...gets, ...requests, ...strange];
