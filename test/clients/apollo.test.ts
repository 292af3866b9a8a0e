import { createHash } from "node:crypto";
import {
  ApolloClient,
  type ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  type TypedDocumentNode,
} from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { createRecordedFetch } from "../support/recorded-fetch";
import { useApi } from "../support/use-api";

interface FeedPage {
  feed: {
    id: string;
    papers: {
      edges: { rank: number; node: { id: string; title: string; upvoteCount: number; viewerHasUpvoted: boolean } }[];
      pageInfo: { endCursor: string | null; hasNextPage: boolean };
    };
  };
}

const FEED: TypedDocumentNode<FeedPage, { first: number; after?: string | null }> = gql`
  query Feed($first: Int!, $after: String) {
    feed(on: "2026-01-06") {
      id
      papers(first: $first, after: $after) {
        edges { rank node { id title upvoteCount viewerHasUpvoted } }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
`;

const UPVOTE: TypedDocumentNode<{ upvotePaper: { changed: boolean } }, { id: string }> = gql`
  mutation Upvote($id: ID!) {
    upvotePaper(input: { paperId: $id }) {
      changed
      paper { id upvoteCount viewerHasUpvoted }
      userErrors { code message }
    }
  }
`;

const POSSIBLE_TYPES = `{ __type(name: "Node") { possibleTypes { name } } }`;

describe("Apollo Client", () => {
  const t = useApi();
  let uri: string;
  let token: string;
  let nodeTypes: string[];
  const clients: ApolloClient[] = [];
  beforeAll(async () => {
    uri = `${t.api.server.listeningOrigin}/graphql`;
    token = await signIn(t.db, "ada");
    const records = ["a", "b", "c", "d", "e"].map((title) => sourceRecord({ title, featured: featured("2026-01-06") }));
    await importRecords(t.db, records);
    const { __type } = await t.api.data(POSSIBLE_TYPES);
    nodeTypes = __type.possibleTypes.map(({ name }: { name: string }) => name);
  });
  afterAll(() => {
    for (const client of clients) client.stop();
  });

  function createClient(link: ApolloLink = new HttpLink({ uri })) {
    const cache = new InMemoryCache({
      possibleTypes: { Node: nodeTypes },
      typePolicies: { Feed: { fields: { papers: relayStylePagination(["filter", "orderBy"]) } } },
    });
    const client = new ApolloClient({ link, cache });
    clients.push(client);
    return client;
  }

  const persisted = (http: HttpLink) =>
    new PersistedQueryLink({
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
      useGETForHashedQueries: true,
    }).concat(http);

  test("pages merge into one list in the cache", async () => {
    const client = createClient();
    const query = { query: FEED, variables: { first: 2 } };
    const list = client.watchQuery(query);
    let { data } = await client.query(query);
    while (data!.feed.papers.pageInfo.hasNextPage) {
      ({ data } = await list.fetchMore({ variables: { after: data!.feed.papers.pageInfo.endCursor } }));
    }
    const { papers } = client.readQuery(query)!.feed;
    const titles = papers.edges.map(({ rank, node }) => `${rank} ${node.title}`);
    expect(titles).toEqual(["1 a", "2 b", "3 c", "4 d", "5 e"]);
  });

  test("a fragment on an interface matches by possibleTypes", async () => {
    const client = createClient();
    const { data } = await client.query({ query: FEED, variables: { first: 1 } });
    const query: TypedDocumentNode<{ node: object }, { id: string }> = gql`
      query Any($id: ID!) { node(id: $id) { ...Identity } }
      fragment Identity on Node { id ... on Feed { key } }
    `;
    const { data: found } = await client.query({ query, variables: { id: data!.feed.id } });
    expect(found!.node).toEqual({ __typename: "Feed", id: data!.feed.id, key: "2026-01-06" });
  });

  test.each([
    [{ first: 0 }, undefined, "BAD_USER_INPUT"],
    [{ first: "two" }, undefined, "BAD_USER_INPUT"],
    [{ first: 1 }, "dp_wrong", "UNAUTHENTICATED"],
  ])("an error surfaces with its code: %j, token %s, %s", async (variables, wrong, code) => {
    const client = createClient(
      new HttpLink({ uri, headers: wrong === undefined ? {} : { authorization: `Bearer ${wrong}` } }),
    );
    const error = await client.query({ query: FEED, variables: variables as { first: number } }).catch((e) => e);
    expect(CombinedGraphQLErrors.is(error)).toBe(true);
    expect(error.errors).toMatchObject([{ extensions: { code } }]);
  });

  test("a vote with a token changes the paper in the cache", async () => {
    const client = createClient(new HttpLink({ uri, headers: { authorization: `Bearer ${token}` } }));
    const { data } = await client.query({ query: FEED, variables: { first: 1 } });
    const { node } = data!.feed.papers.edges[0]!;
    expect(node).toMatchObject({ upvoteCount: 0, viewerHasUpvoted: false });
    await client.mutate({ mutation: UPVOTE, variables: { id: node.id } });
    const cached = client.readQuery({ query: FEED, variables: { first: 1 } });
    expect(cached!.feed.papers.edges[0]!.node).toMatchObject({ upvoteCount: 1, viewerHasUpvoted: true });
  });

  test("automatic persisted queries: a GET with the hash, the text once, then the hash alone", async () => {
    const ask = async () => {
      const { fetch, sent } = createRecordedFetch();
      const client = createClient(persisted(new HttpLink({ uri, fetch })));
      const { data } = await client.query({ query: FEED, variables: { first: 1 } });
      expect(data!.feed.papers.edges).toHaveLength(1);
      return sent.map(({ method, query, body }) => [method, query.has("query") || body?.query !== undefined]);
    };
    expect(await ask()).toEqual([
      ["GET", false],
      ["POST", true],
    ]);
    expect(await ask()).toEqual([["GET", false]]);
  });
});
