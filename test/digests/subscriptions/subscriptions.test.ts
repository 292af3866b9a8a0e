import { hashAddress } from "../../../src/digests/subscriptions/address";
import { SECRET, SHOW, useSubscriptions } from "./use-subscriptions";

describe("digest subscriptions", () => {
  const { t, subscribe, deliveries, confirmationToken, confirm, subscribed } = useSubscriptions();

  test("start with one mail that asks to confirm, and are ACTIVE only after that", async () => {
    const filter = { keywords: ["agents"], categories: ["CS.cl", "cs.CL", "math"], minUpvotes: 3 };
    const input = { frequency: "WEEKLY", weekday: "FRIDAY", hour: 18, timeZone: "Asia/Tokyo", maxPapers: 5, filter };
    expect(await subscribe("Ada@Example.org", input)).toEqual({ confirmationSent: true, userErrors: [] });
    expect(await deliveries()).toMatchObject([{ kind: "CONFIRMATION", status: "QUEUED" }]);
    expect(await t.db.run("select status, next_send_at from digest_subscriptions")).toEqual([
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
        categories: ["cs.CL", "math"],
        excludeCategories: [],
        authorIds: [],
        organizationIds: [],
        near: [],
        minUpvotes: 3,
        hasCode: null,
      },
    });
    expect((await t.api.data(SHOW, { token: managementToken })).digestSubscription).toEqual({
      ...subscription,
      preview: [],
    });
  });

  test("come weekly on the first day after the week's close, unless another one is named", async () => {
    const chosen = async (over: object) => {
      await subscribe("ada@example.org", { frequency: "WEEKLY", ...over });
      const { weekday } = (await confirm(await confirmationToken())).subscription;
      await t.db.run("delete from digest_subscriptions");
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
    expect(await t.db.run("select from digest_subscriptions")).toHaveLength(1);
    for (let i = 0; i < 3; i++) await subscribe("ada+tag@example.org");
    // Case and plus-tag are folded for the limit: three mails a day to one mailbox.
    expect(await deliveries()).toHaveLength(3);
  });

  test("are made once when many requests for one address come at the same time", async () => {
    await Promise.all(Array.from({ length: 10 }, () => subscribe("ada@example.org")));
    expect(await t.db.run("select from digest_subscriptions")).toHaveLength(1);
    expect(await deliveries()).toHaveLength(3);
  });

  test("give the same answer for new, waiting, subscribed and suppressed addresses, and the last get no mail", async () => {
    await subscribe("waiting@example.org");
    await subscribed("active@example.org");
    await t.db.run("insert into digest_suppressions (address_hash, reason) values ($1, 'COMPLAINT')", [
      hashAddress(SECRET, "gone@example.org"),
    ]);
    await t.db.run("delete from digest_deliveries");
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
    const sent = await t.db.run<{ kind: string; email: string }>(
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
    expect((await t.api.data(SHOW, { token })).digestSubscription).toMatchObject({ hour: 9, filter: { keywords: [] } });
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
    await t.db.run("update digest_tokens set expires_at = now() - interval '1 second' where revoked_at is null");
    expect(await confirm(second)).toEqual(refused("TOKEN_EXPIRED"));
    await t.db.run("update digest_tokens set expires_at = now() + interval '1 hour' where revoked_at is null");
    const both = await Promise.all([confirm(second), confirm(second)]);
    expect(both.filter((answer) => answer.userErrors.length === 0)).toHaveLength(1);
    expect(await confirm(second)).toEqual(refused("TOKEN_INVALID"));
    expect(await confirm("nonsense")).toEqual(refused("TOKEN_INVALID"));
  });

  test.each([
    [{ hour: 24 }, "INVALID", ["input", "hour"]],
    [{ maxPapers: 0 }, "INVALID", ["input", "maxPapers"]],
    [{ maxPapers: 51 }, "INVALID", ["input", "maxPapers"]],
    [{ consentVersion: " " }, "INVALID", ["input", "consentVersion"]],
    [{ filter: { keywords: [""] } }, "INVALID", ["input", "filter", "keywords"]],
    [{ filter: { keywords: ["IT"] } }, "INVALID", ["input", "filter", "keywords"]],
    [{ filter: { excludeKeywords: ["-"] } }, "INVALID", ["input", "filter", "excludeKeywords"]],
    [
      { filter: { keywords: ["agents"], excludeKeywords: ["agent"] } },
      "INVALID",
      ["input", "filter", "excludeKeywords"],
    ],
    [{ filter: { categories: ["x y"] } }, "INVALID", ["input", "filter", "categories"]],
    [
      { filter: { categories: ["cs.AI"], excludeCategories: ["cs"] } },
      "INVALID",
      ["input", "filter", "excludeCategories"],
    ],
    [{ filter: { withdrawn: true } }, "INVALID", ["input", "filter", "withdrawn"]],
    [{ filter: { authorIds: ["x"] } }, "INVALID", ["input", "filter", "authorIds", "0"]],
    [{ filter: { featuredFrom: "2026-01-01" } }, "INVALID", ["input", "filter", "featuredFrom"]],
  ])("%j is answered with a userError, and nothing is done", async (over, code, path) => {
    expect(await subscribe("ada@example.org", over)).toMatchObject({
      confirmationSent: false,
      userErrors: [{ code, path }],
    });
    expect(await t.db.run("select from digest_subscriptions")).toEqual([]);
  });

  test("no answer tells the address, and none is kept by caches", async () => {
    const token = await subscribed("ada@example.org");
    const answer = await t.api.ask(SHOW, { token });
    expect(JSON.stringify(answer)).not.toContain("ada@");
    expect(t.api.logged).toEqual([]);
  });
});
