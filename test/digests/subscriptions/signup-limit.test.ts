import { defaultLimits } from "../../../src/config/limits";
import { startApi } from "../../support/api";
import { createTestDatabase } from "../../support/database";
import { manySignups } from "../../support/limits";
import { describeWithRedis, redisNotice } from "../../support/redis";
import { useApisOnRedis } from "../../support/use-redis";
import { SUBSCRIBE } from "./use-subscriptions";

describe("requests to subscribe", () => {
  const input = (i: number) => ({ input: { email: `reader${i}@example.org`, consentVersion: "v1" } });

  test("are counted for each network address, five an hour", async () => {
    const db = await createTestDatabase();
    const api = await startApi(db);
    const mistakes = [{ hour: 24 }, { filter: { keywords: ["it"] } }, { consentVersion: " " }];
    for (const mistake of [...mistakes, ...mistakes]) {
      const { subscribeToDigest } = await api.data(SUBSCRIBE, { input: { ...input(0).input, ...mistake } });
      expect(subscribeToDigest.userErrors).toMatchObject([{ code: "INVALID" }]);
    }
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
    const api = await startApi(db, { limits: { ...manySignups, SUBSCRIBE_LIMIT_ALL: 2 } });
    for (let i = 0; i < 2; i++) await api.data(SUBSCRIBE, input(i));
    expect((await api.ask(SUBSCRIBE, input(2))).errors).toMatchObject([
      { extensions: { code: "SERVICE_UNAVAILABLE" } },
    ]);
    await api.close();
    await db.close();
  });
});

describeWithRedis(`requests to subscribe, counted in Redis${redisNotice}`, () => {
  const t = useApisOnRedis({ limits: { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 1 } });

  test("are the same for all processes", async () => {
    const input = { email: "ada@example.org", consentVersion: "v1" };
    expect((await t.apis[0].ask(SUBSCRIBE, { input })).errors).toBeUndefined();
    expect((await t.apis[1].ask(SUBSCRIBE, { input })).errors).toMatchObject([
      { extensions: { code: "RATE_LIMITED" } },
    ]);
  });
});
