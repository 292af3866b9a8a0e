import { portOf } from "../../support/api";
import { contractViolation } from "../../support/error-contract";
import { asGet, asPost, createHttpClient, type HttpClient, PREFLIGHTED, type Sent } from "../../support/http-client";
import { openListener } from "../../support/raw-listener";
import { useApi } from "../../support/use-api";

/** As deep as a body may be long, and what fits into a URL or a message. */
const DEPTHS = { body: 10_000, url: 1200, message: 8000 };

function deep(depth: number, kind: "objects" | "lists"): string {
  return kind === "lists" ? "[".repeat(depth) + "]".repeat(depth) : `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

describe.each(["objects", "lists"] as const)("JSON of %s in each other", (kind) => {
  const t = useApi();
  let sender: HttpClient;
  beforeAll(async () => {
    sender = t.use(createHttpClient(portOf(t.api), 1));
  });
  afterEach(() => {
    expect(t.api.logged.splice(0)).toEqual([]);
  });

  const body = deep(DEPTHS.body, kind);
  const text = deep(DEPTHS.url, kind);
  const query = "query ($id: ID = 1, $ids: [ID!], $filter: PaperFilter) { node(id: $id) { id } }";
  const stream = (sent: Sent): Sent => ({
    ...sent,
    path: "/graphql/stream",
    headers: { ...sent.headers, accept: "text/event-stream" },
  });
  const raw = (json: string): Sent => ({ ...asPost({}), body: json });
  const given = (variables: string, document = query) =>
    raw(`{"query":${JSON.stringify(document)},"variables":${variables}}`);

  test.each<[string, Sent]>([
    ["a body", raw(body)],
    ["variables that are defined by nothing", given(`{"other":${body}}`)],
    ["a variable for an id", given(`{"id":${body}}`)],
    ["a variable for a list", given(`{"ids":${body}}`)],
    ["a variable for an input", given(`{"filter":${body}}`)],
    ["variables as a whole", given(body)],
    ["extensions", raw(`{"query":"{ __typename }","extensions":${body}}`)],
    ["a persisted query", raw(`{"extensions":{"persistedQuery":${body}}}`)],
    ["variables in a URL", asGet({ query, variables: `{"other":${text},"id":${text}}` })],
    ["extensions in a URL", asGet({ query, extensions: text })],
    ["a stream's body", stream(raw(body))],
    [
      "a stream's variables",
      stream(
        given(`{"period":${body}}`, "subscription ($period: FeedPeriod!) { feedChanged(period: $period) { at } }"),
      ),
    ],
    [
      "a stream's variables in a URL",
      stream({ ...asGet({ query, variables: text }), path: undefined, headers: PREFLIGHTED }),
    ],
  ])("as %s is refused or answered, the first time and later", async (_, sent) => {
    for (let i = 0; i < 3; i++) {
      const { status, body: answer } = await sender.send(sent);
      expect(
        contractViolation(
          status,
          answer
            .replace(/^[^{]*/, "")
            .replace(/[^}]*$/, "")
            .split("\n")[0]!,
        ),
      ).toBeNull();
    }
  });

  test("as a socket's messages closes or refuses, and the API goes on", async () => {
    const message = deep(DEPTHS.message, kind);
    const payloads = [
      message,
      `{"query":"subscription { feedChanged { at } }","variables":{"a":${message}}}`,
      `{"query":${message}}`,
    ];
    for (const payload of payloads) {
      const { send, closed } = await openListener(t.api);
      send(`{"type":"connection_init","payload":${message}}`);
      send(`{"type":"subscribe","id":"1","payload":${payload}}`);
      send(message);
      expect((await closed).code).toBeLessThan(5000);
    }
    expect((await t.api.data("{ __typename }")).__typename).toBe("Query");
  });
});
