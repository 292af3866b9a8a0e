import type { TestApi } from "../../support/api";
import { listen } from "../../support/listen";
import { FEATURED, UPVOTES, useSockets } from "./use-sockets";

/** A selection of papers of papers' authors, so deep. */
const nested = (times: number): string =>
  times === 0 ? "id" : `authors { nodes { papers { nodes { ${nested(times - 1)} } } } }`;

describe("subscriptions over WebSockets", () => {
  const { t, votes, open, join, startWith, subscribe } = useSockets();
  /** What a subscription is refused with. */
  const refusalOf = async (payload: object, at: TestApi = t.api) => {
    const listener = await join(at);
    subscribe(listener, "1", payload);
    return (await listener.hears("error")).payload;
  };
  test("hear what happens, by a client of today, until it stops", async () => {
    const listener = listen(t.api, UPVOTES, { ids: [votes().paperId] });
    const data = await votes().until(listener.hears(() => true));
    expect(data.paperUpvotesChanged.upvoteCount).toEqual(expect.any(Number));
    await listener.stop();
  });

  describe("a bad document", () => {
    test.each([
      ["is no GraphQL", { query: "subscription {" }, "GRAPHQL_PARSE_FAILED"],
      ["has too many tokens", { query: `subscription { ${"a ".repeat(1001)}}` }, "GRAPHQL_PARSE_FAILED"],
      ["asks for an unknown field", { query: "subscription { paperFeaturd { rank } }" }, "GRAPHQL_VALIDATION_FAILED"],
      [
        "has more errors than are listed",
        { query: `subscription { ${Array.from({ length: 20 }, (_, i) => `nope${i}`).join(" ")} }` },
        "GRAPHQL_VALIDATION_FAILED",
      ],
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
      ["lacks the operation that is named", { query: FEATURED, operationName: "Other" }, "BAD_USER_INPUT"],
      [
        "has two operations and names none",
        { query: `${FEATURED} ${FEATURED.replace("Featured", "Second")}` },
        "BAD_USER_INPUT",
      ],
    ])("that %s is refused as by POST", async (_, payload, code) => {
      const errors = await refusalOf(payload);
      expect(errors[0]).toMatchObject({ extensions: { code, requestId: expect.any(String) } });
      const { body } = await t.api.http().post("/graphql").send(payload);
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
    const listener = await join(t.api);
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
    const errors = await refusalOf({ query, variables: { ids: Array(100).fill(votes().paperId) } });
    expect(errors).toMatchObject([{ extensions: { code: "QUERY_TOO_COMPLEX", requestId: expect.any(String) } }]);
  });

  test("tell nothing of what fails inside, but the id that finds it in the log", async () => {
    await t.db.run("alter table papers rename to papers_elsewhere");
    const [error, ...more] = await refusalOf({ query: UPVOTES, variables: { ids: [votes().paperId] } });
    await t.db.run("alter table papers_elsewhere rename to papers");
    expect(more).toEqual([]);
    const { requestId } = error.extensions;
    expect(error).toMatchObject({ message: "Internal server error", extensions: { code: "INTERNAL_SERVER_ERROR" } });
    expect(JSON.stringify(error)).not.toContain("elsewhere");
    expect(t.api.logged).toContainEqual(expect.objectContaining({ requestId, msg: "request failed" }));
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
});
