import { encodeNodeId } from "../../src/nodes/node-id";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { PUBLIC_ONLY } from "../../src/webhooks/receivers/receiver-url";
import { testLimits, withLimits } from "../support/api";
import { settings } from "../support/digests";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { useIssuer } from "../support/issuer";
import { status, verified } from "../support/receiver";
import { CREATE, daysAgo, LIST, LOCAL, SECOND, told, useWebhooks } from "./use-webhooks";

const TEST = `mutation ($input: SendTestEventInput!) { sent: sendTestEvent(input: $input) {
  delivery { id event status attempts payload } userErrors { code message path } } }`;
const AGAIN = `mutation ($id: ID!) { sent: redeliverWebhook(input: { id: $id }) {
  delivery { id status attempts } userErrors { code message path } } }`;
const DELETE = "mutation ($id: ID!) { deleteWebhook(input: { id: $id }) { deleted userErrors { code } } }";
const ROTATE = "mutation ($id: ID!) { rotateWebhookSecret(input: { id: $id }) { secret userErrors { code } } }";
const NODE = "query ($id: ID!) { node(id: $id) { id ... on Webhook { url } } }";
const HOOK = { url: "https://hooks.example.com/1", events: ["PAPER_FEATURED"] };

describe("managing webhooks", () => {
  const t = useWebhooks();
  const issuer = useIssuer();

  const codeOf = async (query: string, variables: object, token?: string) =>
    (await t.api.ask(query, variables, token)).errors?.[0]?.extensions.code ?? "OK";

  test("needs the scope, for reading too", async () => {
    const other = await signIn(t.db, "bob", [AccessTokenScope.UPVOTES_WRITE]);
    expect(await codeOf(CREATE, { input: HOOK })).toBe("UNAUTHENTICATED");
    expect(await codeOf(CREATE, { input: HOOK }, other)).toBe("FORBIDDEN");
    expect(await codeOf(LIST, {}, other)).toBe("FORBIDDEN");
    expect(await codeOf(CREATE, { input: HOOK }, t.token)).toBe("OK");
  });

  test("is granted by a JSON Web Token whose scope names it", async () => {
    const oidc = { issuer: issuer.url, audience: "papers" };
    const given = { digests: settings, webhookRules: PUBLIC_ONLY, oidc };
    await withLimits(
      t.db,
      {},
      async (api) => {
        const ask = async (scope: string) => {
          const token = await issuer.token({ sub: "ada-at-issuer", scope });
          return (await api.ask(CREATE, { input: HOOK }, token)).errors?.[0]?.extensions.code ?? "OK";
        };
        expect(await ask("openid")).toBe("FORBIDDEN");
        expect(await ask("openid WEBHOOKS_WRITE")).toBe("OK");
      },
      given,
    );
  });

  test("creates one with a secret that is shown once, and never stored", async () => {
    const made = await t.create({ ...HOOK, filter: { keywords: ["agents"], authorIds: [] }, format: "SLACK" });
    expect(made).toEqual({
      webhook: {
        id: expect.any(String),
        url: HOOK.url,
        events: ["PAPER_FEATURED"],
        feedPeriods: ["DAY"],
        format: "SLACK",
        disabledReason: null,
        createdAt: expect.any(String),
        filter: { keywords: ["agents"], hasCode: null },
      },
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      userErrors: [],
    });
    const [row] = await t.db.run<{ text: string; salt: Buffer }>(
      "select webhooks::text as text, secret_salt as salt from webhooks",
    );
    expect(row!.text).not.toContain(made.secret.slice("whsec_".length));
    expect(row!.salt.toString("base64")).not.toBe(made.secret.slice("whsec_".length));
  });

  test.each([
    [{ url: "https://127.0.0.2:1/x", events: [] }, "events", "events must have at least one."],
    [{ feedPeriods: [] }, "feedPeriods", "feedPeriods must have at least one."],
    [{ url: "https://10.0.0.1/" }, "url", "10.0.0.1 is not a public address."],
    [{ filter: { keywords: ["the"] } }, "filter", expect.stringContaining("the")],
    [{ filter: { minUpvotes: -1 } }, "filter", expect.stringContaining("minUpvotes must be")],
  ])("says what is wrong with %j", async (over, field, message) => {
    const refused = await t.create({ ...HOOK, ...over });
    expect(refused).toMatchObject({ webhook: null, secret: null, userErrors: [{ code: "INVALID", message }] });
    expect(refused.userErrors[0].path.slice(0, 2)).toEqual(["input", field]);
  });

  test.each([
    [2, "You already have 2 webhooks, which is the maximum: delete one first."],
    [0, "This site takes no webhooks."],
  ])("is bounded for each user, by %i", async (most, message) => {
    await withLimits(
      t.db,
      { ...testLimits, MAX_WEBHOOKS: most },
      async (api) => {
        const create = async () => (await api.data(CREATE, { input: HOOK }, t.token)).createWebhook;
        const made = await Promise.all(Array.from({ length: 5 }, create));
        expect(made.filter(({ webhook }) => webhook)).toHaveLength(most);
        const refused = made.find(({ webhook }) => !webhook);
        expect(refused.userErrors).toEqual([{ code: "LIMIT_REACHED", message, path: ["input"] }]);
      },
      { digests: settings, webhookRules: LOCAL },
    );
  });

  test("changes what is given, and nothing else", async () => {
    const { webhook } = await t.create({ ...HOOK, filter: { keywords: ["agents"] } });
    expect(await t.update({ id: webhook.id, events: ["FEED_FINAL", "FEED_FINAL"], feedPeriods: ["WEEK"] })).toEqual({
      webhook: {
        id: webhook.id,
        url: HOOK.url,
        events: ["FEED_FINAL"],
        feedPeriods: ["WEEK"],
        format: "STANDARD",
        disabledReason: null,
        filter: { keywords: ["agents"], hasCode: null },
      },
      userErrors: [],
    });
    const { webhook: after } = await t.update({ id: webhook.id, filter: {}, enabled: false });
    expect(after).toMatchObject({ disabledReason: "You disabled it.", filter: { keywords: null } });
  });

  test("is for their owner alone", async () => {
    const { webhook } = await t.create(HOOK);
    const bob = await signIn(t.db, "bob", [AccessTokenScope.WEBHOOKS_WRITE]);
    const { id } = webhook;
    expect(await t.list(bob)).toEqual([]);
    expect((await t.update({ id, events: ["FEED_FINAL"] }, bob)).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    expect((await t.api.data(DELETE, { id }, bob)).deleteWebhook).toEqual({ deleted: false, userErrors: [] });
    expect((await t.api.data(ROTATE, { id }, bob)).rotateWebhookSecret).toMatchObject({ secret: null });
    expect((await t.api.data(TEST, { input: { id } }, bob)).sent.userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
    for (const [token, node] of [
      [bob, null],
      [undefined, null],
      [await signIn(t.db, "ada", []), null],
      [t.token, { id, url: HOOK.url }],
    ] as const)
      expect((await t.api.data(NODE, { id }, token)).node).toEqual(node);
    for (const bad of ["", "garbage", encodeNodeId("Paper", 1), encodeNodeId("Webhook", 999)])
      expect((await t.update({ id: bad })).userErrors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "id"] }]);
    expect((await t.api.data(DELETE, { id }, t.token)).deleteWebhook).toEqual({ deleted: true, userErrors: [] });
    expect(await t.list()).toEqual([]);
  });

  test("sends a test, marked as such, ahead of what waits; accepted, it has the rest sent", async () => {
    const receiver = await t.receiver();
    const { webhook, secret } = await t.create({ url: receiver.url, events: ["FEED_FINAL", "PAPER_FEATURED"] });
    await t.paper({ title: "Waits" });
    await t.plan();
    receiver.answers.push(status(503));
    const now = new Date();
    await t.send(now);
    const { sent } = await t.api.data(TEST, { input: { id: webhook.id, event: "PAPER_TRENDING" } }, t.token);
    expect(sent).toMatchObject({
      delivery: { event: "PAPER_TRENDING", status: "QUEUED", attempts: 0 },
      userErrors: [],
    });
    await t.send(new Date(Date.now() + SECOND));
    expect(told(receiver)).toEqual(["paper.featured Waits", "paper.trending Waits", "paper.featured Waits"]);
    const payload = verified(receiver.received[1]!, secret);
    expect(payload).toMatchObject({ test: true, data: { windows: ["DAY", "WEEK"] } });
    expect(JSON.stringify(payload)).toBe(sent.delivery.payload);
    expect((await t.list())[0].failingSince).toBeNull();
  });

  test("sends a test once, and says what there is none of", async () => {
    const receiver = await t.receiver();
    const { webhook } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    const test = async () => (await t.api.data(TEST, { input: { id: webhook.id } }, t.token)).sent;
    expect((await test()).userErrors).toEqual([
      { code: "NOT_FOUND", message: "There are no papers yet of which an example could be made.", path: ["input"] },
    ]);
    await t.paper();
    receiver.answers.push(status(500));
    await test();
    await t.send(new Date(Date.now() + SECOND));
    const [{ deliveries }] = await t.list();
    expect(deliveries.nodes[0]).toMatchObject({ status: "FAILED", attempts: 1 });
    await t.update({ id: webhook.id, enabled: false });
    expect((await test()).userErrors).toMatchObject([
      { code: "NOT_ALLOWED", message: "This webhook is disabled: enable it first." },
    ]);
  });

  test("sends a delivery again with the same id, some thirty times an hour", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await importRecords(
      t.db,
      Array.from({ length: 31 }, () => sourceRecord({ featured: featured(daysAgo(0)) })),
    );
    await t.plan();
    await t.send(new Date(Date.now() + SECOND));
    const ids = (await t.db.run<{ id: number }>("select id from webhook_deliveries order by id")).map(({ id }) => id);
    const again = async (id: number) =>
      (await t.api.data(AGAIN, { id: encodeNodeId("WebhookDelivery", id) }, t.token)).sent;
    expect(await again(ids[0]!)).toMatchObject({ delivery: { status: "QUEUED", attempts: 1 }, userErrors: [] });
    await t.send(new Date(Date.now() + SECOND));
    expect(receiver.received[31]).toMatchObject({ id: receiver.received[0]!.id, body: receiver.received[0]!.body });
    // Also one and the same.
    for (const id of [...ids.slice(1, 20), ...Array<number>(10).fill(ids[20]!)]) {
      expect((await again(id)).userErrors).toEqual([]);
    }
    for (const id of [ids[20]!, ids[30]!])
      expect((await again(id)).userErrors).toMatchObject([{ code: "LIMIT_REACHED" }]);
    const bob = await signIn(t.db, "bob", [AccessTokenScope.WEBHOOKS_WRITE]);
    const foreign = await t.api.data(AGAIN, { id: encodeNodeId("WebhookDelivery", ids[0]!) }, bob);
    expect(foreign.sent.userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
  });

  test("sends a hundred tests and repetitions of a user in an hour, of however many webhooks, also deleted ones", async () => {
    await t.paper();
    const ask = async () => {
      const { webhook } = await t.create(HOOK);
      const { sent } = await t.api.data(TEST, { input: { id: webhook.id } }, t.token);
      await t.api.data(DELETE, { id: webhook.id }, t.token);
      return sent.userErrors;
    };
    for (let i = 0; i < 100; i++) expect(await ask()).toEqual([]);
    expect(await ask()).toEqual([
      {
        code: "LIMIT_REACHED",
        message:
          "At most 30 tests and redeliveries of a webhook, and 100 of all your webhooks, in an hour: try again later.",
        path: ["input"],
      },
    ]);
  });

  test("sends what waits to a new address at once", async () => {
    const old = await t.receiver();
    const { webhook } = await t.create({ url: old.url, events: ["PAPER_FEATURED"] });
    await t.paper({ title: "A" });
    await t.plan();
    old.answers.push(status(503));
    await t.send(new Date(Date.now() + SECOND));
    const next = await t.receiver();
    await t.update({ id: webhook.id, url: next.url, format: "SLACK" });
    await t.send(new Date(Date.now() + SECOND));
    expect(old.received).toHaveLength(1);
    expect(JSON.parse(next.received[0]!.body).text).toContain("A");
  });
});
