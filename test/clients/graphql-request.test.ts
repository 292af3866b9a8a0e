import { ClientError, GraphQLClient, gql } from "graphql-request";
import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const PAPER = gql`
  query Paper($by: PaperBy!) {
    paper(by: $by) { title }
  }
`;

describe("graphql-request", () => {
  const t = useApi();
  let client: GraphQLClient;
  beforeAll(async () => {
    client = new GraphQLClient(`${t.api.server.listeningOrigin}/graphql`);
    await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001", title: "First" })]);
  });

  test("variables are sent, by POST and by GET", async () => {
    const variables = { by: { arxivId: "arXiv:2601.00001v2" } };
    expect(await client.request(PAPER, variables)).toEqual({ paper: { title: "First" } });
    // A GET must carry a header that no foreign page can send without asking first.
    const headers = { "apollo-require-preflight": "true" };
    const getting = new GraphQLClient(`${t.api.server.listeningOrigin}/graphql`, { method: "GET", headers });
    expect(await getting.request(PAPER, variables)).toEqual({ paper: { title: "First" } });
  });

  test.each([
    [PAPER, { by: { arxivId: "nonsense" } }, "BAD_USER_INPUT"],
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
