import { createHash } from "node:crypto";
import { addressOf } from "../../support/api";
import { openAcknowledged } from "../../support/raw-listener";
import { useApi } from "../../support/use-api";
import { createVotes, type Votes } from "../../support/votes";

const QUERY = "{ __typename }";
const FEATURED = "subscription { paperFeatured { rank } }";
const sha256Hash = createHash("sha256").update(QUERY).digest("hex");
const persistedQuery = { version: 1, sha256Hash };

/** Each optional parameter, as a client sends it that has nothing to say. */
const INSTEAD_OF_NOTHING = {
  "an empty operationName": { operationName: "" },
  "empty variables": { variables: "" },
  "empty extensions": { extensions: "" },
  "an operationName of null": { operationName: null },
  "variables of null": { variables: null },
  "extensions of null": { extensions: null },
  "a persistedQuery of null": { extensions: { persistedQuery: null } },
  "all of them empty": { operationName: "", variables: "", extensions: "" },
};

describe("an optional parameter that is empty or null counts as absent:", () => {
  const t = useApi();
  let votes: Votes;
  beforeAll(async () => {
    votes = await createVotes(t.db, t.api);
    await post({ query: QUERY, extensions: { persistedQuery } });
  });

  const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const searchOf = (body: object) =>
    new URLSearchParams(Object.entries(body).map(([name, value]) => [name, textOf(value)])).toString();
  const post = async (body: object) => (await t.api.http().post("/graphql").send(body)).body;
  const get = async (search: string) =>
    (await t.api.http().get(`/graphql?${search}`).set("apollo-require-preflight", "1")).body;
  /** The first event of a stream. */
  const stream = async (search: string, init: RequestInit = {}): Promise<string> => {
    const abort = new AbortController();
    const headers = { accept: "text/event-stream", "content-type": "application/json" };
    const url = `http://${addressOf(t.api)}/graphql/stream${search}`;
    const answer = await fetch(url, { headers, signal: abort.signal, ...init });
    let text = "";
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk);
      if (text.includes("data: ")) break;
    }
    abort.abort();
    return text;
  };
  const answered = { data: { __typename: "Query" } };

  describe.each(Object.entries(INSTEAD_OF_NOTHING))("%s", (_, nothing) => {
    // Apollo Server answers first, the fast path from then on.
    test("by POST and GET", async () => {
      for (let i = 0; i < 3; i++) {
        expect(await post({ query: QUERY, ...nothing })).toEqual(answered);
        expect(await get(searchOf({ query: QUERY, ...nothing }))).toEqual(answered);
      }
    });
  });

  test("of streams, by POST and GET", async () => {
    const query = `subscription { paperUpvotesChanged(paperIds: ["${votes.paperId}"]) { upvoteCount } }`;
    const streams = Object.values(INSTEAD_OF_NOTHING).flatMap((nothing) => [
      stream("", { method: "POST", body: JSON.stringify({ query, ...nothing }) }),
      stream(`?${searchOf({ query, ...nothing })}`),
    ]);
    for (const text of await votes.until(Promise.all(streams))) expect(text).toContain('"upvoteCount":');
  });

  test.each([
    ["operationName and variables", { operationName: "", variables: "" }],
    ["the query", { query: "" }],
    ["the query, null", { query: null }],
    ["variables, null", { variables: null }],
  ])("beside a hash, %s", async (_, nothing) => {
    for (let i = 0; i < 3; i++) {
      expect(await post({ ...nothing, extensions: { persistedQuery } })).toEqual(answered);
      expect(await get(searchOf({ ...nothing, extensions: { persistedQuery } }))).toEqual(answered);
    }
  });

  test.each([
    "variables",
    "variables&extensions",
    "variables=&variables={}",
    "&&operationName=&",
    "operationName=null&variables=null",
  ])("in the URL, %s", async (search) => {
    expect(await get(`query=${encodeURIComponent(QUERY)}&${search}`)).toEqual(answered);
  });

  test("in a WebSocket's subscription, though its protocol has variables and extensions as an object or null", async () => {
    const listener = await openAcknowledged(t.api);
    for (const [i, nothing] of Object.values(INSTEAD_OF_NOTHING).entries()) {
      listener.send({ type: "subscribe", id: `${i}`, payload: { query: FEATURED, ...nothing } });
    }
    listener.send({ type: "subscribe", id: "none", payload: { query: FEATURED, operationName: "None" } });
    await listener.hears("error", "none");
    expect(listener.messages.filter(({ type }) => type === "error")).toHaveLength(1);
    listener.socket.terminate();
  });

  test.each([
    ["variables", "variables=%5B1%5D"],
    ["variables", "variables=%7B"],
    ["operationName", "operationName=Null"],
  ])("but %s that are wrong are refused: %s", async (_, search) => {
    const { errors } = await get(`query=${encodeURIComponent(QUERY)}&${search}`);
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  });
});
