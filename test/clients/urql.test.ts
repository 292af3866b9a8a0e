import { Client, cacheExchange, fetchExchange, gql } from "@urql/core";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { createRecordedFetch } from "../support/recorded-fetch";
import { useApi } from "../support/use-api";

const PAPERS = gql`
  query Papers($first: Int) {
    papers(first: $first) { nodes { id title upvoteCount viewerHasUpvoted } }
  }
`;

const UPVOTE = gql`
  mutation Upvote($input: UpvotePaperInput!) {
    upvotePaper(input: $input) { changed paper { id upvoteCount } userErrors { code } }
  }
`;

const PREFLIGHT = { "apollo-require-preflight": "true" };

describe("urql", () => {
  const t = useApi();
  let token: string;
  beforeAll(async () => {
    token = await signIn(t.db, "ada");
    await importRecords(t.db, [sourceRecord({ title: "a" })]);
  });

  /** urql prefers GET, which is taken with a header that no foreign page can send without asking first. */
  function createClient(headers: Record<string, string> = PREFLIGHT) {
    const { fetch, sent } = createRecordedFetch();
    const url = `${t.api.server.listeningOrigin}/graphql`;
    const exchanges = [cacheExchange, fetchExchange];
    return { client: new Client({ url, exchanges, fetch, fetchOptions: { headers } }), sent };
  }

  test("an answer is cached until a mutation of its types, then asked for again", async () => {
    const { client, sent } = createClient({ ...PREFLIGHT, authorization: `Bearer ${token}` });
    const read = async () => (await client.query(PAPERS, { first: 1 }).toPromise()).data.papers.nodes[0];
    const { id } = await read();
    expect(await read()).toMatchObject({ title: "a", upvoteCount: 0, viewerHasUpvoted: false });
    expect(sent).toHaveLength(1);
    const { data } = await client.mutation(UPVOTE, { input: { paperId: id } }).toPromise();
    expect(data.upvotePaper).toMatchObject({ changed: true, paper: { upvoteCount: 1 }, userErrors: [] });
    expect(await read()).toMatchObject({ upvoteCount: 1, viewerHasUpvoted: true });
    expect(sent).toHaveLength(3);
  });

  test.each([
    ["GET", true],
    ["POST", false],
  ])("queries go by %s when preferGetMethod is %s", async (method, preferGetMethod) => {
    const { client, sent } = createClient();
    const { data, error } = await client.query(PAPERS, { first: 1 }, { preferGetMethod }).toPromise();
    expect([error, data?.papers.nodes[0].title]).toEqual([undefined, "a"]);
    expect(sent).toMatchObject([{ method }]);
  });

  test("a GET without that header is refused with its name; a POST needs none", async () => {
    const { error } = await createClient({}).client.query(PAPERS, {}).toPromise();
    expect(error!.message).toContain("apollo-require-preflight");
    const { data } = await createClient({}).client.query(PAPERS, {}, { preferGetMethod: false }).toPromise();
    expect(data.papers.nodes).toHaveLength(1);
  });

  test("errors come with their codes", async () => {
    const bad = await createClient().client.query(PAPERS, { first: 0 }).toPromise();
    expect(bad.error!.graphQLErrors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "first" } }]);
    const stranger = await createClient({ ...PREFLIGHT, authorization: "Bearer dp_wrong" })
      .client.query(PAPERS, {})
      .toPromise();
    expect(stranger.error!.graphQLErrors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
  });
});
