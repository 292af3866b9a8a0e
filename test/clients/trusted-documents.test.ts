import { readFile } from "node:fs/promises";
import path from "node:path";
import { ApolloClient, type DocumentNode, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { generatePersistedQueryIdsFromManifest } from "@apollo/persisted-query-lists";
import { type ConcreteRequest, Environment, fetchQuery, Network, RecordSource, Store } from "relay-runtime";
import { readTrustedDocuments } from "../../src/http/trusted-documents/read-files";
import { type ClientProject, createClientProject } from "../support/client-project";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { createRecordedFetch } from "../support/recorded-fetch";
import { useApi } from "../support/use-api";

/** The clients' tools, and the file in which each writes down its documents. */
const TOOLS = {
  relay: { command: ["relay-compiler", "--noWatchman", "persisted.config.json"], file: "persisted.json" },
  codegen: {
    command: ["graphql-codegen", "--config", "persisted.ts"],
    file: "generated/persisted-documents.json",
  },
  apollo: { command: ["generate-persisted-query-manifest"], file: "manifest.json" },
} as const;

describe("clients whose documents are the only ones", () => {
  const projects = new Map<keyof typeof TOOLS, ClientProject>();
  const fileOf = (name: keyof typeof TOOLS) => path.join(projects.get(name)!.folder, TOOLS[name].file);
  const t = useApi(async () => {
    for (const [name, { command }] of Object.entries(TOOLS)) {
      const project = await createClientProject(name);
      projects.set(name as keyof typeof TOOLS, project);
      const [program, ...args] = command;
      expect(await project.run(program, ...args)).toMatchObject({ code: 0 });
    }
    const names = Object.keys(TOOLS) as (keyof typeof TOOLS)[];
    return { trustedDocuments: names.flatMap((name) => readTrustedDocuments(fileOf(name))), trustedOnly: true };
  });
  beforeAll(async () => {
    const records = ["a", "b"].map((title) => sourceRecord({ title, featured: featured("2026-01-06") }));
    await importRecords(t.db, records);
  });
  afterAll(() => Promise.all([...projects.values()].map((project) => project.remove())));

  const post = async (body: object) => (await t.api.http().post("/graphql").send(body)).body;

  test("a document that none of them wrote is refused", async () => {
    expect(await post({ query: "{ feed { key } }" })).toMatchObject({
      errors: [{ extensions: { code: "DOCUMENT_NOT_TRUSTED" } }],
    });
  });

  test("Relay sends the id that its compiler wrote", async () => {
    const file = path.join(projects.get("relay")!.folder, "__generated__/feedQuery.graphql.ts");
    const { default: query } = jest.requireActual<{ default: ConcreteRequest }>(file);
    const environment = new Environment({
      network: Network.create(({ id }, variables) => post({ documentId: id, variables })),
      store: new Store(new RecordSource()),
    });
    const data = await fetchQuery(environment, query, { on: "2026-01-06", first: 2 }).toPromise();
    expect(data).toMatchObject({ feed: { key: "2026-01-06" } });
  });

  test("GraphQL Code Generator's documents carry their SHA-256", async () => {
    const file = path.join(projects.get("codegen")!.folder, "generated/graphql.ts");
    const { FeedPageDocument } = jest.requireActual<{ FeedPageDocument: { __meta__: { hash: string } } }>(file);
    const { hash } = FeedPageDocument.__meta__;
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    // As it is; as older versions write it; and by clients that put the prefix before it, as those needed.
    for (const documentId of [hash, hash.replace("sha256:", ""), `sha256:${hash}`]) {
      const { data } = await post({ documentId, variables: { on: "2026-01-06" } });
      expect(data.feed.papers).toMatchObject({ totalCount: 2, edges: [{ node: { title: "a" } }, {}] });
    }
  });

  test("Apollo Client sends its manifest's ids as those of persisted queries, and never a text", async () => {
    const { FEED_PAGE } = jest.requireActual<{ FEED_PAGE: DocumentNode }>(
      path.join(projects.get("apollo")!.folder, "reader.ts"),
    );
    const { fetch, sent } = createRecordedFetch();
    const ids = generatePersistedQueryIdsFromManifest({
      loadManifest: async () => JSON.parse(await readFile(fileOf("apollo"), "utf8")),
    });
    const http = new HttpLink({ uri: `${t.api.server.listeningOrigin}/graphql`, fetch });
    const client = new ApolloClient({ link: new PersistedQueryLink(ids).concat(http), cache: new InMemoryCache() });
    const { data } = await client.query<{ feed: object }>({ query: FEED_PAGE, variables: { first: 1 } });
    client.stop();
    expect(data).toMatchObject({ feed: { papers: { nodes: [{ title: "a" }] } } });
    expect(sent.map(({ body }) => Object.keys(body))).toEqual([expect.not.arrayContaining(["query"])]);
  });
});
