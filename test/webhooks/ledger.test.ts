import type { Statement } from "../../src/db/sql";
import { recoverSending } from "../../src/webhooks/deliveries/claim.service";
import { countWebhooks } from "../../src/webhooks/deliveries/count.service";
import { forgetOldDeliveries } from "../../src/webhooks/deliveries/retention.service";
import { runWebhooks } from "../../src/webhooks/webhook.worker";
import type { TestDatabase } from "../support/database";
import { settings } from "../support/digests";
import { status } from "../support/receiver";
import { startWebhookWorker } from "../support/webhooks/child-worker";
import { DAY, HOUR, MINUTE, SECOND, sendOptions, told, useWebhooks } from "./use-webhooks";

describe("the ledger of webhooks", () => {
  const t = useWebhooks();

  const rows = () =>
    t.db.run<{ status: string; attempts: number; n: number }>(
      "select status, attempts, count(*)::int as n from webhook_deliveries group by 1, 2 order by 1, 2",
    );

  test("has what was under way when its worker was killed between sending and noting sent again, by the same id", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    for (const title of ["A", "B"]) await t.paper({ title });
    let arrived = () => {};
    const isHere = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    // It never gets the answer.
    receiver.answers.push(() => arrived());
    const kill = await startWebhookWorker(t.db.url, settings.secret);
    await isHere;
    await kill();
    expect(await rows()).toEqual([
      { status: "QUEUED", attempts: 0, n: 1 },
      { status: "SENDING", attempts: 1, n: 1 },
    ]);
    const soon = new Date(Date.now() + 10 * SECOND);
    expect(await recoverSending(t.db, soon)).toBe(0);
    expect(await t.send(soon)).toBe(0);
    const later = new Date(Date.now() + 2 * MINUTE);
    expect(await recoverSending(t.db, later)).toBe(1);
    expect(await t.send(later)).toBe(2);
    expect(told(receiver)).toEqual(["A", "A", "B"].map((title) => `paper.featured ${title}`));
    expect(receiver.received[1]).toMatchObject({ id: receiver.received[0]!.id, body: receiver.received[0]!.body });
    expect(await rows()).toEqual([
      { status: "DELIVERED", attempts: 1, n: 1 },
      { status: "DELIVERED", attempts: 2, n: 1 },
    ]);
  });

  test("is shared by workers: none sends what another one does, and each event arrives once and in order", async () => {
    const receivers = await Promise.all(Array.from({ length: 6 }, () => t.receiver()));
    for (const { url } of receivers) await t.create({ url, events: ["PAPER_FEATURED"] });
    const kills = await Promise.all([1, 2].map(() => startWebhookWorker(t.db.url, settings.secret)));
    try {
      const titles = Array.from({ length: 8 }, (_, i) => `Paper ${i}`);
      for (const title of titles) await t.paper({ title });
      const isDone = () => receivers.every(({ received }) => received.length >= titles.length);
      while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 50));
      for (const receiver of receivers)
        expect(told(receiver)).toEqual(titles.map((title) => `paper.featured ${title}`));
    } finally {
      await Promise.all(kills.map((kill) => kill()));
    }
  });

  test("adds up for a receiver that is away for six days: disabled after five, with a reason, and nothing is lost", async () => {
    const away = await t.receiver();
    const well = await t.receiver();
    await t.create({ url: away.url, events: ["PAPER_FEATURED"] });
    await t.create({ url: well.url, events: ["PAPER_FEATURED"] });
    const start = Date.now() + MINUTE;
    away.answers.push(...Array.from({ length: 500 }, () => status(502)));
    for (let hour = 0; hour <= 6 * 24; hour++) {
      if (hour % 24 === 0) await t.paper({ title: `Day ${hour / 24}` });
      const now = new Date(start + hour * HOUR);
      await t.plan(now);
      await t.send(now);
    }
    const [first] = await t.list();
    expect(first.disabledReason).toMatch(/^Nothing was delivered for five days, since \d{4}-.*Z\. It answered 502\.$/);
    const failingFor = Date.parse((await disabledAt()) ?? "") - start;
    expect(failingFor).toBeGreaterThanOrEqual(5 * DAY);
    expect(failingFor).toBeLessThan(6 * DAY);
    const byStatus = first.deliveries.nodes.map((each: { status: string }) => each.status);
    // The first ones were tried for three days each at most; the last days' events are not planned for it.
    expect(byStatus.filter((each: string) => each === "DELIVERED")).toEqual([]);
    expect(byStatus.length).toBeGreaterThanOrEqual(5);
    expect(told(well)).toEqual(Array.from({ length: 7 }, (_, day) => `paper.featured Day ${day}`));
    const attempts = first.deliveries.nodes.reduce((sum: number, each: { attempts: number }) => sum + each.attempts, 0);
    expect(attempts).toBe(away.received.length);
    // Back again, it gets in order what was still queued, and what comes.
    away.answers.length = 0;
    away.received.length = 0;
    const queued = byStatus.filter((each: string) => each === "QUEUED").length;
    await t.update({ id: first.id, enabled: true });
    const back = new Date(start + 7 * DAY);
    await t.send(back);
    expect(away.received).toHaveLength(queued);
    expect(told(away)).toEqual([...told(away)].sort());
  });

  test("does not disable a receiver for one failure after days in which nothing was sent", async () => {
    const receiver = await t.receiver();
    const { webhook } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.paper({ title: "A" });
    await t.plan();
    receiver.answers.push(...Array.from({ length: 10 }, () => status(500)));
    // Given up after some three days.
    for (let hour = 0; hour < 5 * 24; hour++) await t.send(new Date(Date.now() + hour * HOUR));
    expect(receiver.received).toHaveLength(10);
    const weekLater = Date.now() + 7 * DAY;
    await t.paper({ title: "B" });
    await t.plan(new Date(weekLater));
    receiver.answers.push(status(502), status(502), status(502), status(502));
    await t.send(new Date(weekLater));
    expect((await t.list())[0]).toMatchObject({ id: webhook.id, disabledReason: null });
    for (const minutes of [1, 8, 50]) await t.send(new Date(weekLater + minutes * MINUTE));
    expect((await t.list())[0].disabledReason).toMatch(/^Nothing was delivered for five days/);
  });

  test("is not forgotten because a clock jumps ahead", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.paper();
    await t.plan();
    await t.send(new Date(Date.now() + SECOND));
    const end = new AbortController();
    const jumped: TestDatabase = Object.create(t.db, {
      write: {
        value: async (statement: Statement) => {
          if (statement.text.includes("delete from webhook_hosts")) end.abort();
          const rows = await t.db.write<{ now?: Date }>(statement);
          return rows.map((row) => ({ ...row, ...(row.now && { now: new Date(row.now.getTime() + 90 * DAY) }) }));
        },
      },
    });
    await runWebhooks(t.db, jumped, sendOptions(), end.signal);
    expect(await rows()).toEqual([{ status: "DELIVERED", attempts: 1, n: 1 }]);
  });

  test("is counted for operators", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    const { webhook } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.update({ id: webhook.id, enabled: false });
    for (const title of ["A", "B"]) await t.paper({ title });
    await t.plan();
    receiver.answers.push(status(200), status(410));
    await t.send(new Date(Date.now() + SECOND));
    const deliveries = { QUEUED: 0, SENDING: 0, DELIVERED: 1, FAILED: 1 };
    expect(await countWebhooks(t.db)).toEqual({ deliveries, enabled: 0, disabled: 2, lag: 0 });
  });

  const disabledAt = async () => {
    const [row] = await t.db.run<{ at: Date | null }>("select max(disabled_at) as at from webhooks");
    return row!.at?.toISOString();
  };

  test("forgets deliveries after thirty days, and events when they cannot come again", async () => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.paper();
    await t.plan();
    await t.send(new Date(Date.now() + SECOND), sendOptions());
    await forgetOldDeliveries(t.db, new Date(Date.now() + 29 * DAY));
    expect(await rows()).toEqual([{ status: "DELIVERED", attempts: 1, n: 1 }]);
    await forgetOldDeliveries(t.db, new Date(Date.now() + 31 * DAY));
    expect(await rows()).toEqual([]);
    const [events] = await t.db.run("select count(*)::int as n from webhook_events");
    expect(events).toEqual({ n: 1 });
    await t.plan(new Date(Date.now() + 31 * DAY));
    expect(await rows()).toEqual([]);
  });
});
