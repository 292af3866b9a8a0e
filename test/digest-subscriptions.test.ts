import { hashAddress } from "../src/digests/address";
import { defaultLimits } from "../src/limits";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { issueTokenOf, settings } from "./support/digests";
import { featured, importLooks, look } from "./support/factories";
import { createTestRedis, describeWithRedis, redisNotice } from "./support/redis";

const SECRET = "the secret of the tests, long enough";
const SUBSCRIBE = `mutation ($input: SubscribeToDigestInput!) {
  subscribeToDigest(input: $input) { confirmationSent userErrors { code message path } } }`;
const FIELDS = `maskedEmail status frequency weekday hour timeZone maxPapers skipEmpty pausedUntil confirmedAt lastSentAt nextSendAt
  filter { keywords excludeKeywords authorIds organizationIds minUpvotes hasCode }`;
const CONFIRM = `mutation ($token: String!) { confirmDigestSubscription(input: { token: $token }) {
  subscription { ${FIELDS} } managementToken userErrors { code path } } }`;
const SHOW = `query ($token: String!) { digestSubscription(token: $token) { ${FIELDS} preview { title } } }`;
const UPDATE = `mutation ($input: UpdateDigestSubscriptionInput!) { updateDigestSubscription(input: $input) {
  subscription { ${FIELDS} } userErrors { code message path } } }`;
const UNSUBSCRIBE = `mutation ($token: String!) { unsubscribeFromDigest(input: { token: $token }) {
  unsubscribed subscription { status nextSendAt } userErrors { code } } }`;

/** So many requests come from one address here. */
const limits = { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0 };

describe("digest subscriptions", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db, { limits, digests: { ...settings, secret: SECRET } });
  });
  afterEach(() => db.reset());
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const subscribe = async (email: string, over: object = {}) =>
    (await api.data(SUBSCRIBE, { input: { email, consentVersion: "v1", ...over } })).subscribeToDigest;
  const deliveries = () =>
    db.run<{ id: number; subscription_id: number; kind: string }>("select * from digest_deliveries order by id");
  /** The token of the latest confirmation mail, as its sender makes it. */
  const confirmationToken = async (): Promise<string> => {
    const latest = (await deliveries()).filter(({ kind }) => kind === "CONFIRMATION").at(-1)!;
    return issueTokenOf(db, SECRET, latest.id);
  };
  const confirm = async (token: string) => (await api.data(CONFIRM, { token })).confirmDigestSubscription;
  const subscribed = async (email: string, over: object = {}): Promise<string> => {
    await subscribe(email, over);
    return (await confirm(await confirmationToken())).managementToken;
  };
  const update = async (token: string, changes: object) =>
    (await api.data(UPDATE, { input: { token, ...changes } })).updateDigestSubscription;

  test("start with one mail that asks to confirm, and are ACTIVE only after that", async () => {
    const filter = { keywords: ["agents"], minUpvotes: 3 };
    const input = { frequency: "WEEKLY", weekday: "FRIDAY", hour: 18, timeZone: "Asia/Tokyo", maxPapers: 5, filter };
    expect(await subscribe("Ada@Example.org", input)).toEqual({ confirmationSent: true, userErrors: [] });
    expect(await deliveries()).toMatchObject([{ kind: "CONFIRMATION", status: "QUEUED" }]);
    expect(await db.run("select status, next_send_at from digest_subscriptions")).toEqual([
      { status: "PENDING", next_send_at: null },
    ]);
    const { subscription, managementToken, userErrors } = await confirm(await confirmationToken());
    expect(userErrors).toEqual([]);
    expect(subscription).toEqual({
      maskedEmail: "A***@Example.org",
      status: "ACTIVE",
      frequency: "WEEKLY",
      weekday: "FRIDAY",
      hour: 18,
      timeZone: "Asia/Tokyo",
      maxPapers: 5,
      skipEmpty: true,
      pausedUntil: null,
      confirmedAt: expect.any(String),
      lastSentAt: null,
      nextSendAt: expect.any(String),
      filter: {
        keywords: ["agents"],
        excludeKeywords: [],
        authorIds: [],
        organizationIds: [],
        minUpvotes: 3,
        hasCode: null,
      },
    });
    expect((await api.data(SHOW, { token: managementToken })).digestSubscription).toEqual({
      ...subscription,
      preview: [],
    });
  });

  test("come weekly on the first day after the week's close, unless another one is named", async () => {
    const chosen = async (over: object) => {
      await subscribe("ada@example.org", { frequency: "WEEKLY", ...over });
      const { weekday } = (await confirm(await confirmationToken())).subscription;
      await db.run("delete from digest_subscriptions");
      return weekday;
    };
    expect(await chosen({})).toBe("TUESDAY");
    // Tuesday, 8 o'clock in Tokyo is an hour before.
    expect(await chosen({ timeZone: "Asia/Tokyo", hour: 8 })).toBe("WEDNESDAY");
    expect(await chosen({ timeZone: "Asia/Tokyo", hour: 8, weekday: "MONDAY" })).toBe("MONDAY");
  });

  test("are one for each address, whatever its case; asking twice leads to two mails at most", async () => {
    const answers = [
      await subscribe("ada@example.org"),
      await subscribe("ADA@example.org"),
      await subscribe("Ada@example.org"),
    ];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await db.run("select from digest_subscriptions")).toHaveLength(1);
    for (let i = 0; i < 3; i++) await subscribe("ada+tag@example.org");
    // Case and plus-tag are folded for the limit: three mails a day to one mailbox.
    expect(await deliveries()).toHaveLength(3);
  });

  test("are made once when many requests for one address come at the same time", async () => {
    await Promise.all(Array.from({ length: 10 }, () => subscribe("ada@example.org")));
    expect(await db.run("select from digest_subscriptions")).toHaveLength(1);
    expect(await deliveries()).toHaveLength(3);
  });

  test("give the same answer for new, waiting, subscribed and suppressed addresses, and the last get no mail", async () => {
    await subscribe("waiting@example.org");
    await subscribed("active@example.org");
    await db.run("insert into digest_suppressions (address_hash, reason) values ($1, 'COMPLAINT')", [
      hashAddress(SECRET, "gone@example.org"),
    ]);
    await db.run("delete from digest_deliveries");
    const answers = [];
    for (const email of [
      "new@example.org",
      "waiting@example.org",
      "active@example.org",
      "active@example.org",
      "gone@example.org",
    ]) {
      answers.push(JSON.stringify(await subscribe(email)));
    }
    expect(new Set(answers)).toEqual(new Set(['{"confirmationSent":true,"userErrors":[]}']));
    const sent = await db.run<{ kind: string; email: string }>(
      "select d.kind, s.email from digest_deliveries d join digest_subscriptions s on s.id = d.subscription_id order by d.id",
    );
    expect(sent).toEqual([
      { kind: "CONFIRMATION", email: "new@example.org" },
      { kind: "CONFIRMATION", email: "waiting@example.org" },
      { kind: "REMINDER", email: "active@example.org" },
    ]);
  });

  test("that stand confirmed are not changed by whoever knows the address", async () => {
    const token = await subscribed("ada@example.org", { hour: 9 });
    await subscribe("ada@example.org", { hour: 3, filter: { keywords: ["spam"] } });
    expect((await api.data(SHOW, { token })).digestSubscription).toMatchObject({ hour: 9, filter: { keywords: [] } });
  });

  test("are confirmed once for each token, by the newest mail only, within 48 hours", async () => {
    await subscribe("ada@example.org");
    const first = await confirmationToken();
    await subscribe("ada@example.org");
    const second = await confirmationToken();
    const refused = (code: string) => ({
      subscription: null,
      managementToken: null,
      userErrors: [{ code, path: ["input", "token"] }],
    });
    expect(await confirm(first)).toEqual(refused("TOKEN_INVALID"));
    await db.run("update digest_tokens set expires_at = now() - interval '1 second' where revoked_at is null");
    expect(await confirm(second)).toEqual(refused("TOKEN_EXPIRED"));
    await db.run("update digest_tokens set expires_at = now() + interval '1 hour' where revoked_at is null");
    const both = await Promise.all([confirm(second), confirm(second)]);
    expect(both.filter((answer) => answer.userErrors.length === 0)).toHaveLength(1);
    expect(await confirm(second)).toEqual(refused("TOKEN_INVALID"));
    expect(await confirm("nonsense")).toEqual(refused("TOKEN_INVALID"));
  });

  test("are changed, paused and taken up again by their management token, which is never used up", async () => {
    const token = await subscribed("ada@example.org");
    expect(
      (await update(token, { frequency: "MONTHLY", hour: 20, filter: { hasCode: true } })).subscription,
    ).toMatchObject({
      frequency: "MONTHLY",
      hour: 20,
      timeZone: "UTC",
      filter: { hasCode: true },
    });
    expect((await update(token, { pausedUntil: "2999-01-01" })).subscription).toMatchObject({
      status: "PAUSED",
      pausedUntil: "2999-01-01",
      hour: 20,
    });
    expect((await update(token, { hour: 21 })).subscription).toMatchObject({ status: "PAUSED", hour: 21 });
    const again = (await update(token, { pausedUntil: null })).subscription;
    expect(again).toMatchObject({ status: "ACTIVE", pausedUntil: null, nextSendAt: expect.any(String) });
  });

  test("end at once, again is no error, and the token of a confirmation cannot end them", async () => {
    const token = await subscribed("ada@example.org");
    const end = async (secret: string) => (await api.data(UNSUBSCRIBE, { token: secret })).unsubscribeFromDigest;
    const ended = { unsubscribed: true, subscription: { status: "UNSUBSCRIBED", nextSendAt: null }, userErrors: [] };
    expect([await end(token), await end(token)]).toEqual([ended, ended]);
    expect(await end("nonsense")).toEqual({
      unsubscribed: false,
      subscription: null,
      userErrors: [{ code: "TOKEN_INVALID" }],
    });
    expect((await update(token, { hour: 3 })).userErrors).toMatchObject([{ code: "NOT_ALLOWED" }]);
    await subscribe("ada@example.org");
    const confirmation = await confirmationToken();
    expect((await end(confirmation)).unsubscribed).toBe(false);
    expect((await confirm(confirmation)).subscription.status).toBe("ACTIVE");
  });

  test("that end while they are changed have ended", async () => {
    for (let round = 0; round < 10; round++) {
      const token = await subscribed(`ada${round}@example.org`);
      await Promise.all([update(token, { hour: 9 }), api.data(UNSUBSCRIBE, { token }), update(token, { hour: 10 })]);
    }
    expect(await db.run("select distinct status, next_send_at from digest_subscriptions")).toEqual([
      { status: "UNSUBSCRIBED", next_send_at: null },
    ]);
  });

  test("hold what their mail asked for, and a request that led to no mail changes nothing", async () => {
    for (const hour of [9, 10, 11, 12]) await subscribe("ada@example.org", { hour });
    expect((await confirm(await confirmationToken())).subscription).toMatchObject({ hour: 11 });
  });

  test("that ended keep their settings, whatever somebody else asks for", async () => {
    const token = await subscribed("ada@example.org", { hour: 9 });
    await api.data(UNSUBSCRIBE, { token });
    await subscribe("ada@example.org", { hour: 3, filter: { keywords: ["zzz"] } });
    expect((await api.data(SHOW, { token })).digestSubscription).toMatchObject({ hour: 9, filter: { keywords: [] } });
  });

  test("an empty list in a filter means any, as it reads back", async () => {
    const token = await subscribed("ada@example.org", { filter: { keywords: [], authorIds: [], minUpvotes: 1 } });
    expect(await db.run("select filter from digest_subscriptions")).toEqual([{ filter: { minUpvotes: 1 } }]);
    await update(token, { filter: { keywords: [] } });
    expect(await db.run("select filter from digest_subscriptions")).toEqual([{ filter: {} }]);
  });

  test("pause until a day begins where the reader lives", async () => {
    const token = await subscribed("ada@example.org", { timeZone: "America/Los_Angeles", hour: 20 });
    const paused = (await update(token, { pausedUntil: "2999-01-10" })).subscription;
    expect(paused.nextSendAt).toMatch(/^2999-01-11T04:0/);
  });

  test.each([
    [{ hour: 24 }, "INVALID", ["input", "hour"]],
    [{ maxPapers: 0 }, "INVALID", ["input", "maxPapers"]],
    [{ maxPapers: 51 }, "INVALID", ["input", "maxPapers"]],
    [{ consentVersion: " " }, "INVALID", ["input", "consentVersion"]],
    [{ filter: { keywords: [""] } }, "INVALID", ["input", "filter", "keywords"]],
    [{ filter: { authorIds: ["x"] } }, "INVALID", ["input", "filter", "authorIds", "0"]],
    [{ filter: { featuredFrom: "2026-01-01" } }, "INVALID", ["input", "filter", "featuredFrom"]],
  ])("%j is answered with a userError, and nothing is done", async (over, code, path) => {
    expect(await subscribe("ada@example.org", over)).toMatchObject({
      confirmationSent: false,
      userErrors: [{ code, path }],
    });
    expect(await db.run("select from digest_subscriptions")).toEqual([]);
  });

  test.each([
    "no address",
    "Ada <ada@example.org>",
    "ada@example.org, bob@example.org",
    "ada@example.org\r\nBcc: bob@example.org",
    "ada@example.org (comment)",
    '"a b"@example.org',
    "ada@",
    `${"a".repeat(250)}@example.org`,
  ])("%j is no address to write to", async (email) => {
    const { errors } = await api.ask(SUBSCRIBE, { input: { email, consentVersion: "v1" } });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    expect(await deliveries()).toEqual([]);
  });

  test("show what the next digest would hold: the latest final feed, filtered, without what was sent", async () => {
    await importLooks(db, [
      look({ title: "Agents at work", upvotes: 5, featured: featured("2026-01-06") }),
      look({ title: "More agents", upvotes: 9, featured: featured("2026-01-06") }),
      look({ title: "Proteins", upvotes: 20, featured: featured("2026-01-06") }),
    ]);
    const token = await subscribed("ada@example.org", { filter: { keywords: ["agents"] } });
    const titles = async () =>
      (await api.data(SHOW, { token })).digestSubscription.preview.map((paper: { title: string }) => paper.title);
    expect(await titles()).toEqual(["More agents", "Agents at work"]);
    await db.run(`with d as (
        insert into digest_deliveries (subscription_id, kind, period_key, status)
        select id, 'DIGEST', 'DAY 2026-01-05', 'SENT' from digest_subscriptions returning id, subscription_id
      )
      insert into digest_delivery_papers (subscription_id, paper_id, delivery_id, rank, upvotes_in_period)
      select d.subscription_id, p.id, d.id, 1, 1 from d, papers p where p.title = 'More agents'`);
    expect(await titles()).toEqual(["Agents at work"]);
  });

  test("no answer tells the address, and none is kept by caches", async () => {
    const token = await subscribed("ada@example.org");
    const answer = await api.ask(SHOW, { token });
    expect(JSON.stringify(answer)).not.toContain("ada@");
    expect(api.logged).toEqual([]);
  });
});

describe("requests to subscribe", () => {
  const input = (i: number) => ({ input: { email: `reader${i}@example.org`, consentVersion: "v1" } });

  test("are counted for each network address, five an hour", async () => {
    const db = await createTestDatabase();
    const api = await startApi(db);
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await api.ask(SUBSCRIBE, input(i)));
    expect(answers.slice(0, 5).every((answer) => answer.errors === undefined)).toBe(true);
    expect(answers[5]!.errors).toMatchObject([
      { extensions: { code: "RATE_LIMITED", limit: 5, retryAfter: expect.any(Number) } },
    ]);
    await api.close();
    await db.close();
  });

  test("are refused for everyone alike when more confirmations than the server's limit went out in an hour", async () => {
    const db = await createTestDatabase();
    const api = await startApi(db, { limits: { ...limits, SUBSCRIBE_LIMIT_ALL: 2 } });
    for (let i = 0; i < 2; i++) await api.data(SUBSCRIBE, input(i));
    expect((await api.ask(SUBSCRIBE, input(2))).errors).toMatchObject([
      { extensions: { code: "SERVICE_UNAVAILABLE" } },
    ]);
    await api.close();
    await db.close();
  });
});

describeWithRedis(`requests to subscribe, counted in Redis${redisNotice}`, () => {
  test("are the same for all processes", async () => {
    const [db, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
    const start = async () =>
      startApi(db, { limits: { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 1 }, redis: await redis.client() });
    const apis = [await start(), await start()];
    const input = { email: "ada@example.org", consentVersion: "v1" };
    expect((await apis[0]!.ask(SUBSCRIBE, { input })).errors).toBeUndefined();
    expect((await apis[1]!.ask(SUBSCRIBE, { input })).errors).toMatchObject([{ extensions: { code: "RATE_LIMITED" } }]);
    for (const api of apis) await api.close();
    await redis.close();
    await db.close();
  });
});
