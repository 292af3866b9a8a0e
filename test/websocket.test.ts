import { setTimeout as sleep } from "node:timers/promises";
import request from "supertest";
import { badCredentials, rateLimited, serviceUnavailable } from "../src/errors";
import { recheck } from "../src/http/listening/recheck";
import { defaultLimits } from "../src/limits";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { signIn } from "./support/factories";
import { listen } from "./support/listen";
import { openAcknowledged, openListener, type RawListener } from "./support/raw-listener";
import { createVotes, type Votes } from "./support/votes";

const UPVOTES = "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount } }";
const FEATURED = "subscription Featured { paperFeatured { rank } }";
/** A selection of papers of papers' authors, so deep. */
const nested = (times: number): string =>
  times === 0 ? "id" : `authors { nodes { papers { nodes { ${nested(times - 1)} } } } }`;

describe("subscriptions over WebSockets", () => {
  let db: TestDatabase;
  let api: TestApi;
  let votes: Votes;
  const sockets: RawListener[] = [];
  const others: TestApi[] = [];
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
    votes = await createVotes(db, api);
  });
  afterEach(async () => {
    for (const { socket } of sockets.splice(0)) socket.terminate();
    await Promise.all(others.splice(0).map((each) => each.close()));
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const open = async (...args: Parameters<typeof openListener>) => kept(await openListener(...args));
  const join = async (...args: Parameters<typeof openAcknowledged>) => kept(await openAcknowledged(...args));
  const kept = (listener: RawListener) => {
    sockets.push(listener);
    return listener;
  };
  const startWith = async (limits: Partial<typeof defaultLimits>, options: Parameters<typeof startApi>[1] = {}) => {
    const other = await startApi(db, { limits: { ...defaultLimits, ...limits }, ...options });
    others.push(other);
    return other;
  };
  const subscribe = (listener: RawListener, name: string, payload: object) =>
    listener.send({ type: "subscribe", id: name, payload });
  /** What a subscription is refused with. */
  const refusalOf = async (payload: object, at: TestApi = api) => {
    const listener = await join(at);
    subscribe(listener, "1", payload);
    return (await listener.hears("error")).payload;
  };
  test("hear what happens, by a client of today, until it stops", async () => {
    const listener = listen(api, UPVOTES, { ids: [votes.paperId] });
    const data = await votes.until(listener.hears(() => true));
    expect(data.paperUpvotesChanged.upvoteCount).toEqual(expect.any(Number));
    await listener.stop();
  });

  describe("a bad document", () => {
    test.each([
      ["is no GraphQL", { query: "subscription {" }, "GRAPHQL_PARSE_FAILED"],
      ["has too many tokens", { query: `subscription { ${"a ".repeat(1001)}}` }, "GRAPHQL_PARSE_FAILED"],
      ["asks for an unknown field", { query: "subscription { paperFeaturd { rank } }" }, "GRAPHQL_VALIDATION_FAILED"],
      [
        "is too deep",
        { query: `subscription { paperFeatured { node { ${nested(4)} } } }` },
        "GRAPHQL_VALIDATION_FAILED",
      ],
      [
        "has two root fields",
        { query: "subscription { paperFeatured { rank } feedChanged { at } }" },
        "GRAPHQL_VALIDATION_FAILED",
      ],
      ["lacks the operation of no name", { query: FEATURED, operationName: "" }, "BAD_USER_INPUT"],
      ["lacks the operation that is named", { query: FEATURED, operationName: "Other" }, "BAD_USER_INPUT"],
      [
        "has two operations and names none",
        { query: `${FEATURED} ${FEATURED.replace("Featured", "Second")}` },
        "BAD_USER_INPUT",
      ],
    ])("that %s is refused as by POST", async (_, payload, code) => {
      const errors = await refusalOf(payload);
      expect(errors[0]).toMatchObject({ extensions: { code, requestId: expect.any(String) } });
      const { body } = await request(api.server.server).post("/graphql").send(payload);
      const withoutId = ({ extensions, ...error }: { extensions: object }) => ({
        ...error,
        extensions: { ...extensions, requestId: null },
      });
      expect(errors.map(withoutId)).toEqual(body.errors.map(withoutId));
    });

    test.each(["@skip(if: true)", "@include(if: $yes)", "... @include(if: true) { feedChanged { at } }"])(
      "has a condition at its root, %s, is refused",
      async (condition) => {
        const root = condition.startsWith("...") ? condition : `feedChanged ${condition} { at }`;
        const variables = { yes: true };
        const query = `subscription ${condition.includes("$") ? "($yes: Boolean!)" : ""} { ${root} }`;
        expect(await refusalOf({ query, variables })).toMatchObject([
          { message: expect.stringContaining("@skip"), extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
        ]);
      },
    );

    test("suggests no names where introspection is off", async () => {
      const closed = await startWith({}, { introspection: false });
      const query = "subscription { paperFeaturd { rank } }";
      const message = 'Cannot query field "paperFeaturd" on type "Subscription".';
      expect(await refusalOf({ query }, closed)).toMatchObject([{ message }]);
      expect((await refusalOf({ query }))[0].message).toContain("Did you mean");
      const introspection = await refusalOf(
        { query: "subscription { paperFeatured { __schema { __typename } } }" },
        closed,
      );
      expect(introspection).toMatchObject([{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }]);
    });
  });

  test.each([["query { __typename }"], ["mutation { __typename }"]])("take no %s", async (query) => {
    const listener = await join(api);
    subscribe(listener, "1", { query });
    const { payload } = await listener.hears("error");
    expect(payload).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "query" } }]);
  });

  test.each([
    ["ids", { ids: null }],
    ["ids", {}],
    ["ids", { ids: [{}] }],
    ["paperIds", { ids: [] }],
    ["paperIds.0", { ids: ["nonsense"] }],
  ])("name the argument %s that is wrong in %j", async (argument, variables) => {
    const expected = { code: "BAD_USER_INPUT", requestId: expect.any(String) };
    const [error] = await refusalOf({ query: UPVOTES, variables });
    expect(error.extensions).toMatchObject(expected);
    expect(error.extensions.argument).toMatch(new RegExp(`^\\$?${argument}`));
  });

  test("that cost too much for each event are refused", async () => {
    const query = UPVOTES.replace("upvoteCount", `paper { ${nested(2)} }`);
    const errors = await refusalOf({ query, variables: { ids: Array(100).fill(votes.paperId) } });
    expect(errors).toMatchObject([{ extensions: { code: "QUERY_TOO_COMPLEX", requestId: expect.any(String) } }]);
  });

  test("tell nothing of what fails inside, but the id that finds it in the log", async () => {
    await db.run("alter table papers rename to papers_elsewhere");
    const [error, ...more] = await refusalOf({ query: UPVOTES, variables: { ids: [votes.paperId] } });
    await db.run("alter table papers_elsewhere rename to papers");
    expect(more).toEqual([]);
    const { requestId } = error.extensions;
    expect(error).toMatchObject({ message: "Internal server error", extensions: { code: "INTERNAL_SERVER_ERROR" } });
    expect(JSON.stringify(error)).not.toContain("elsewhere");
    expect(api.logged).toContainEqual(expect.objectContaining({ requestId, msg: "request failed" }));
  });

  test("are refused when no points are left, and then nothing else is told either", async () => {
    // Two refusals, and a point for the handshake of each socket.
    const poor = await startWith({ RATE_LIMIT_ANONYMOUS: 220 });
    const codes = [];
    for (const query of ["{", "{", "{", FEATURED]) codes.push((await refusalOf({ query }, poor))[0].extensions);
    expect(codes).toMatchObject([
      { code: "GRAPHQL_PARSE_FAILED" },
      { code: "GRAPHQL_PARSE_FAILED" },
      { code: "RATE_LIMITED", limit: 220, retryAfter: expect.any(Number), requestId: expect.any(String) },
      { code: "RATE_LIMITED", limit: 220 },
    ]);
    const guesser = await open(poor);
    guesser.send({ type: "connection_init", payload: { authorization: "Bearer dp_guess" } });
    expect(await guesser.closed).toEqual({ code: 1013, reason: expect.stringContaining("220 points a minute") });
  });

  describe("who listens", () => {
    test.each([
      ["in the first message", { Authorization: "Bearer dp_wrong" }, {}],
      ["in the upgrade's header", {}, { authorization: "Bearer dp_wrong" }],
    ])("is closed with the reason for a bad token %s", async (_, payload, headers) => {
      const listener = await open(api, { headers });
      listener.send({ type: "connection_init", payload });
      expect(await listener.closed).toEqual({ code: 4403, reason: expect.stringMatching(/token/) });
    });

    test.each([[5], [{}], [["Bearer x"]], [true]])(
      "is closed for %j, which is no authorization",
      async (authorization) => {
        const listener = await open(api);
        listener.send({ type: "connection_init", payload: { authorization } });
        expect(await listener.closed).toEqual({ code: 4403, reason: expect.stringContaining("must be a text") });
      },
    );

    test("is known by a good token, from the first message or the upgrade's header", async () => {
      const query = UPVOTES.replace("upvoteCount", "paper { viewerHasUpvoted }");
      const authorization = `Bearer ${votes.token}`;
      const inHeader = { headers: { authorization } };
      for (const listener of [await join(api, { authorization }), await join(api, {}, inHeader)]) {
        subscribe(listener, "1", { query, variables: { ids: [votes.paperId] } });
        const { payload } = await votes.until(listener.hears("next"));
        expect(payload.data.paperUpvotesChanged.paper.viewerHasUpvoted).toBe(true);
      }
    });

    test("gets no further subscription with a token that was revoked meanwhile", async () => {
      const secret = await signIn(db, "eve");
      const listener = await join(api, { authorization: `Bearer ${secret}` });
      await db.run(
        "update access_tokens set revoked_at = now() where user_id = (select id from users where username = 'eve')",
      );
      subscribe(listener, "1", { query: FEATURED });
      expect((await listener.hears("error")).payload).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    });

    test.each([
      ["for the token", badCredentials("no good")],
      ["when no points are left to be told so", rateLimited("no good", 1)],
    ])(
      "is checked again and again, and refused once, %s; a database that is away refuses nobody",
      async (_, refusal) => {
        const outcomes = [null, serviceUnavailable("away"), new Error("broken"), refusal];
        let checks = 0;
        const authenticate = async () => {
          const outcome = outcomes[Math.min(checks++, outcomes.length - 1)];
          if (outcome) throw outcome;
        };
        const refusals: Error[] = [];
        await new Promise<void>((resolve) => {
          recheck(authenticate, (error) => resolve(void refusals.push(error)), 2);
        });
        await sleep(20);
        expect(refusals).toEqual([refusal]);
        expect(checks).toBe(outcomes.length);
      },
    );

    test("is not checked any more after the end", async () => {
      let checks = 0;
      const stop = recheck(
        async () => checks++,
        () => {},
        2,
      );
      while (checks === 0) await sleep(2);
      stop();
      const last = checks;
      await sleep(20);
      expect(checks).toBe(last);
    });
  });
});
