import path from "node:path";
import {
  type ConcreteRequest,
  commitMutation,
  Environment,
  fetchQuery,
  getSingularSelector,
  Network,
  type ReaderFragment,
  RecordSource,
  Store,
} from "relay-runtime";
import { type ClientProject, createClientProject } from "../support/client-project";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

interface FeedPapers {
  id: string;
  papers: {
    totalCount: number;
    edges: { rank: number; node: { id: string } }[];
    pageInfo: { endCursor: string | null; hasNextPage: boolean };
  };
}

describe("Relay", () => {
  let project: ClientProject;
  let compiled: { code: number; output: string };
  const t = useApi();
  let token: string;
  beforeAll(async () => {
    project = await createClientProject("relay");
    compiled = await project.run("relay-compiler", "--noWatchman", "relay.config.json");
    token = await signIn(t.db, "ada");
    const records = ["a", "b", "c", "d", "e"].map((title) => sourceRecord({ title, featured: featured("2026-01-06") }));
    await importRecords(t.db, records);
  });
  afterAll(() => project.remove());

  const artifact = <Kind>(name: string): Kind =>
    jest.requireActual<{ default: Kind }>(path.join(project.folder, `__generated__/${name}.graphql.ts`)).default;
  const createEnvironment = () =>
    new Environment({
      network: Network.create(({ text }, variables) => t.api.ask(text!, variables, token)),
      store: new Store(new RecordSource()),
    });
  const get = async <Data>(environment: Environment, name: string, variables: object): Promise<Data> => {
    const data = await fetchQuery(environment, artifact<ConcreteRequest>(name), variables).toPromise();
    return data as Data;
  };
  /** A fragment's data as a component would see it now. */
  const see = <Data>(environment: Environment, fragment: string, reference: unknown): Data => {
    const selector = getSingularSelector(artifact<ReaderFragment>(fragment), reference);
    return environment.lookup(selector!).data as Data;
  };

  test("the compiler accepts the schema with fragments, connections and refetches by id", () => {
    expect(compiled).toEqual({ code: 0, output: expect.stringContaining("Compilation completed") });
  });

  test("a paginated fragment grows until the list ends, through node(id:)", async () => {
    const environment = createEnvironment();
    const { feed } = await get<{ feed: object }>(environment, "feedQuery", { on: "2026-01-06", first: 2 });
    const seen = () => see<FeedPapers>(environment, "feedPapers_feed", feed);
    const sizes = [seen().papers.edges.length];
    while (seen().papers.pageInfo.hasNextPage) {
      const { id, papers } = seen();
      await get(environment, "feedPapersPaginationQuery", { id, first: 2, after: papers.pageInfo.endCursor });
      sizes.push(seen().papers.edges.length);
    }
    expect(sizes).toEqual([2, 4, 5]);
    expect(seen().papers.edges.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    expect(seen().papers.totalCount).toBe(5);
  });

  test("a list grows from its end too", async () => {
    const environment = createEnvironment();
    const query = artifact<ConcreteRequest>("feedAllPapersPaginationQuery");
    type All = { papers: { edges: { node: { id: string } }[]; pageInfo: { startCursor: string } } };
    const root = async (variables: object) => await fetchQuery(environment, query, variables).toPromise();
    const seen = (data: unknown) => see<All>(environment, "feedAllPapers_query", data);
    const { papers } = seen(await root({ last: 2 }));
    const grown = seen(await root({ last: 3, before: papers.pageInfo.startCursor }));
    const ids = grown.papers.edges.map(({ node }) => node.id);
    expect(new Set(ids).size).toBe(5);
    expect(ids.slice(3)).toEqual(papers.edges.map(({ node }) => node.id));
  });

  test("a vote changes the paper in the list that shows it", async () => {
    const environment = createEnvironment();
    const { feed } = await get<{ feed: object }>(environment, "feedQuery", { on: "2026-01-06", first: 2 });
    const { node } = see<FeedPapers>(environment, "feedPapers_feed", feed).papers.edges[0]!;
    const row = () => see(environment, "paperRow_paper", node);
    expect(row()).toMatchObject({ upvoteCount: 0, viewerHasUpvoted: false });
    const mutation = artifact<ConcreteRequest>("feedUpvoteMutation");
    const variables = { input: { paperId: node.id } };
    await new Promise((resolve, reject) =>
      commitMutation(environment, { mutation, variables, onCompleted: resolve, onError: reject }),
    );
    expect(row()).toMatchObject({ upvoteCount: 1, viewerHasUpvoted: true });
  });

  test("any object is fetched again by its id", async () => {
    const environment = createEnvironment();
    const { feed } = await get<{ feed: object }>(environment, "feedQuery", { on: "2026-01-06", first: 1 });
    const { id, papers } = see<FeedPapers>(environment, "feedPapers_feed", feed);
    const paperId = papers.edges[0]!.node.id;
    expect(await get(environment, "feedAnyNodeQuery", { id })).toMatchObject({ node: { key: "2026-01-06" } });
    const { node } = await get<{ node: object }>(environment, "paperRowRefetchQuery", { id: paperId });
    expect(see(environment, "paperRow_paper", node)).toMatchObject({ title: "a", publishedOn: "2026-01-05" });
  });
});
