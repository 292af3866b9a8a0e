import { ClientError, GraphQLClient, gql } from "graphql-request";
import { startApi, type TestApi } from "../support/api";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { importLooks, look } from "../support/factories";

const PAPER = gql`
  query Paper($arxivId: String!) {
    paper(arxivId: $arxivId) { title }
  }
`;

describe("graphql-request", () => {
  let db: TestDatabase;
  let api: TestApi;
  let client: GraphQLClient;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
    client = new GraphQLClient(`${api.server.listeningOrigin}/graphql`);
    await importLooks(db, [look({ arxivId: "2601.00001", title: "First" })]);
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  test("variables are sent, by POST and by GET", async () => {
    const variables = { arxivId: "arXiv:2601.00001v2" };
    expect(await client.request(PAPER, variables)).toEqual({ paper: { title: "First" } });
    // A GET must carry a header that no foreign page can send without asking first.
    const headers = { "apollo-require-preflight": "true" };
    const getting = new GraphQLClient(`${api.server.listeningOrigin}/graphql`, { method: "GET", headers });
    expect(await getting.request(PAPER, variables)).toEqual({ paper: { title: "First" } });
  });

  test.each([
    [PAPER, { arxivId: "nonsense" }, "BAD_USER_INPUT"],
    [PAPER, {}, "BAD_USER_INPUT"],
    ["{ nope }", {}, "GRAPHQL_VALIDATION_FAILED"],
  ])("%s with %j fails with the code", async (query, variables, code) => {
    const error = await client.request(query, variables).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ClientError);
    expect(error.response.errors).toMatchObject([{ extensions: { code } }]);
  });

  test("a batch is refused as a whole", async () => {
    const document = "{ __typename }";
    const error = await client.batchRequests([{ document }, { document }]).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error.response).toMatchObject({ status: 400 });
  });
});
