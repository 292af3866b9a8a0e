import { setTimeout as sleep } from "node:timers/promises";
import { badCredentials, rateLimited, serviceUnavailable } from "../../../src/graphql/errors";
import { reauthenticate } from "../../../src/http/subscriptions/reauthenticate";
import { signIn } from "../../support/factories";
import { FEATURED, UPVOTES, useSockets } from "./use-sockets";

describe("subscriptions over WebSockets", () => {
  const { t, votes, open, join, subscribe } = useSockets();

  describe("who listens", () => {
    test.each([
      ["in the first message", { Authorization: "Bearer dp_wrong" }, {}],
      ["in the upgrade's header", {}, { authorization: "Bearer dp_wrong" }],
    ])("is closed with the reason for a bad token %s", async (_, payload, headers) => {
      const listener = await open(t.api, { headers });
      listener.send({ type: "connection_init", payload });
      expect(await listener.closed).toEqual({ code: 4403, reason: expect.stringMatching(/token/) });
    });

    test.each([[5], [{}], [["Bearer x"]], [true]])(
      "is closed for %j, which is no authorization",
      async (authorization) => {
        const listener = await open(t.api);
        listener.send({ type: "connection_init", payload: { authorization } });
        expect(await listener.closed).toEqual({ code: 4403, reason: expect.stringContaining("must be a string") });
      },
    );

    test.each([
      ["authToken", { authToken: "x" }],
      ["token", { headers: { Token: "x" } }],
      ["access_token", { context: { request: { access_token: "x" } } }],
      ["apiKey", { headers: {}, apiKey: "x" }],
      ["id", { id: `dp_${"x".repeat(43)}` }],
      ["who", { who: "Bearer dp_x" }],
      ["jwt", { who: "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0." }],
    ])("is closed for a credential that is not read: %s", async (_, payload) => {
      const listener = await open(t.api);
      listener.send({ type: "connection_init", payload });
      expect(await listener.closed).toEqual({
        code: 4403,
        reason: expect.stringMatching(/ is not read: send authoriz/),
      });
    });

    test("is closed for a credential in the URL, and for a wrong one in the headers", async () => {
      const inUrl = await open(t.api, { path: "?access_token=x" });
      inUrl.send({ type: "connection_init" });
      expect(await inUrl.closed).toEqual({ code: 4403, reason: expect.stringContaining("access_token is not read") });
      const wrong = await open(t.api);
      wrong.send({ type: "connection_init", payload: { headers: { Authorization: "Bearer dp_wrong" } } });
      expect(await wrong.closed).toEqual({
        code: 4403,
        reason: expect.stringContaining("wrong, expired, revoked or of another database"),
      });
    });

    test("is nobody with parameters that hold no credential, or an empty one", async () => {
      for (const payload of [
        { authToken: "", token: null, headers: { Authorization: "" }, authorization: null },
        { name: "dp_dashboard", author: "ada", headers: { "X-CSRF-Token": "x" }, authenticated: true },
      ]) {
        expect((await join(t.api, payload)).messages).toMatchObject([{ type: "connection_ack" }]);
      }
    });

    test("is known by a good token, from the first message, its headers or the upgrade's header", async () => {
      const query = UPVOTES.replace("upvoteCount", "paper { viewerHasUpvoted }");
      const authorization = `Bearer ${votes().token}`;
      const inHeader = { headers: { authorization } };
      const nested = { headers: { Authorization: authorization }, authToken: "x" };
      const listeners = [
        await join(t.api, { authorization }),
        await join(t.api, nested),
        await join(t.api, {}, inHeader),
      ];
      for (const listener of listeners) {
        subscribe(listener, "1", { query, variables: { ids: [votes().paperId] } });
        const { payload } = await votes().until(listener.hears("next"));
        expect(payload.data.paperUpvotesChanged.paper.viewerHasUpvoted).toBe(true);
      }
    });

    test("gets no further subscription with a token that was revoked meanwhile", async () => {
      const secret = await signIn(t.db, "eve");
      const listener = await join(t.api, { authorization: `Bearer ${secret}` });
      await t.db.run(
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
          reauthenticate(authenticate, (error) => resolve(void refusals.push(error)), 2);
        });
        await sleep(20);
        expect(refusals).toEqual([refusal]);
        expect(checks).toBe(outcomes.length);
      },
    );

    test("is not checked any more after the end", async () => {
      let checks = 0;
      const stop = reauthenticate(
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
