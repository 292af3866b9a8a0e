import { featured, importRecords, sourceRecord } from "../../support/factories";
import { FIELDS, SHOW, SUBSCRIBE, useSubscriptions } from "./use-subscriptions";

const UPDATE = `mutation ($input: UpdateDigestSubscriptionInput!) { updateDigestSubscription(input: $input) {
  subscription { ${FIELDS} } userErrors { code message path } } }`;
const UNSUBSCRIBE = `mutation ($token: String!) { unsubscribeFromDigest(input: { token: $token }) {
  unsubscribed subscription { status nextSendAt } userErrors { code } } }`;

describe("digest subscriptions", () => {
  const { t, subscribe, deliveries, confirmationToken, confirm, subscribed } = useSubscriptions();

  const update = async (token: string, changes: object) =>
    (await t.api.data(UPDATE, { input: { token, ...changes } })).updateDigestSubscription;

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
    const end = async (secret: string) => (await t.api.data(UNSUBSCRIBE, { token: secret })).unsubscribeFromDigest;
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
      await Promise.all([update(token, { hour: 9 }), t.api.data(UNSUBSCRIBE, { token }), update(token, { hour: 10 })]);
    }
    expect(await t.db.run("select distinct status, next_send_at from digest_subscriptions")).toEqual([
      { status: "UNSUBSCRIBED", next_send_at: null },
    ]);
  });

  test("hold what their mail asked for, and a request that led to no mail changes nothing", async () => {
    for (const hour of [9, 10, 11, 12]) await subscribe("ada@example.org", { hour });
    expect((await confirm(await confirmationToken())).subscription).toMatchObject({ hour: 11 });
  });

  test("that ended keep their settings, whatever somebody else asks for", async () => {
    const token = await subscribed("ada@example.org", { hour: 9 });
    await t.api.data(UNSUBSCRIBE, { token });
    await subscribe("ada@example.org", { hour: 3, filter: { keywords: ["zzz"] } });
    expect((await t.api.data(SHOW, { token })).digestSubscription).toMatchObject({ hour: 9, filter: { keywords: [] } });
  });

  test("an empty list in a filter means any, as it reads back", async () => {
    const token = await subscribed("ada@example.org", { filter: { keywords: [], authorIds: [], minUpvotes: 1 } });
    expect(await t.db.run("select filter from digest_subscriptions")).toEqual([{ filter: { minUpvotes: 1 } }]);
    await update(token, { filter: { keywords: [] } });
    expect(await t.db.run("select filter from digest_subscriptions")).toEqual([{ filter: {} }]);
  });

  test("pause until a day begins where the reader lives", async () => {
    const token = await subscribed("ada@example.org", { timeZone: "America/Los_Angeles", hour: 20 });
    const paused = (await update(token, { pausedUntil: "2999-01-10" })).subscription;
    expect(paused.nextSendAt).toMatch(/^2999-01-11T04:0/);
  });

  test.each([
    "no address",
    "ada@example.org, bob@example.org",
    "ada@example.org\r\nBcc: bob@example.org",
    "ada@example.org (comment)",
    '"a b"@example.org',
    "ada@",
    `${"a".repeat(250)}@example.org`,
  ])("%j is no address to write to", async (email) => {
    const { errors } = await t.api.ask(SUBSCRIBE, { input: { email, consentVersion: "v1" } });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    expect(await deliveries()).toEqual([]);
  });

  test("show what the next digest would hold: the latest final feed, filtered, without what was sent", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Agents at work", upvotes: 5, featured: featured("2026-01-06") }),
      sourceRecord({ title: "More agents", upvotes: 9, featured: featured("2026-01-06") }),
      sourceRecord({ title: "Proteins", upvotes: 20, featured: featured("2026-01-06") }),
    ]);
    const token = await subscribed("ada@example.org", { filter: { keywords: ["agents"] } });
    const titles = async () =>
      (await t.api.data(SHOW, { token })).digestSubscription.preview.map((paper: { title: string }) => paper.title);
    expect(await titles()).toEqual(["More agents", "Agents at work"]);
    await t.db.run(`with d as (
        insert into digest_deliveries (subscription_id, kind, period_key, status)
        select id, 'DIGEST', 'DAY 2026-01-05', 'SENT' from digest_subscriptions returning id, subscription_id
      )
      insert into digest_delivery_papers (subscription_id, paper_id, delivery_id, rank, upvotes_in_period)
      select d.subscription_id, p.id, d.id, 1, 1 from d, papers p where p.title = 'More agents'`);
    expect(await titles()).toEqual(["Agents at work"]);
  });
});
