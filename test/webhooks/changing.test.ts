import { createLog } from "../../src/log";
import { claimNext, leaseHosts, recoverSending, releaseHost } from "../../src/webhooks/deliveries/claim.service";
import { recordOutcome } from "../../src/webhooks/deliveries/outcome.service";
import { planWebhooks } from "../../src/webhooks/events/plan.service";
import { createPlanDeps, type PlanDeps } from "../../src/webhooks/events/plan-deps";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { status } from "../support/receiver";
import { daysAgo, MINUTE, SECOND, sendOptions, told, useWebhooks } from "./use-webhooks";

const AWAY = { statusCode: 503, body: "", retryAfter: null, error: null };
const BROKEN = `update webhooks set filter = '{"authorIds": ["garbage"]}'`;

describe("webhooks that change while something happens", () => {
  const t = useWebhooks();

  const hosts = (now: Date) => leaseHosts(t.db, { lane: "quick", most: 10, owner: "test", now });
  const soon = () => new Date(Date.now() + SECOND);
  /** The delivery that is being sent to a receiver. */
  const claimOne = async (now: Date) => {
    const [host] = await hosts(now);
    return { host: host!, ...(await claimNext(t.db, host!, "test", now))! };
  };

  test("get what was on its way to the address before, at once, and are not blamed for that one", async () => {
    const [old, next] = [await t.receiver(), await t.receiver()];
    const { webhook } = await t.create({ url: old.url, events: ["PAPER_FEATURED"] });
    await t.paper({ title: "A" });
    await t.plan();
    const now = soon();
    const claim = await claimOne(now);
    await t.update({ id: webhook.id, url: next.url });
    expect(await t.send(now)).toBe(0);
    await recordOutcome(t.db, claim, AWAY, now);
    expect((await t.list())[0]).toMatchObject({ failingSince: null, disabledReason: null });
    expect(await t.send(now)).toBe(1);
    expect(told(next)).toEqual(["paper.featured A"]);
  });

  test("are not looked at again and again when they were disabled, whatever is queued for them", async () => {
    const receiver = await t.receiver();
    const events = ["PAPER_FEATURED"];
    const { webhook: disabled } = await t.create({ url: receiver.url, events });
    for (const title of ["A", "B"]) await t.paper({ title });
    await t.plan();
    const now = soon();
    const claim = await claimOne(now);
    await t.update({ id: disabled.id, enabled: false });
    await recordOutcome(t.db, claim, AWAY, now);
    await releaseHost(t.db, claim.host, { owner: "test", now, isSlow: false });
    expect(await t.send(now)).toBe(0);
    const [{ deliveries }] = await t.list();
    expect(deliveries.nodes.map((each: { nextAttemptAt: unknown }) => each.nextAttemptAt)).toEqual([null, null]);
    expect(await hosts(new Date(now.getTime() + MINUTE))).toEqual([]);
    // Enabled again, it gets all of it.
    await t.update({ id: disabled.id, enabled: true });
    await t.send(new Date(now.getTime() + MINUTE));
    expect(told(receiver)).toEqual(["paper.featured A", "paper.featured B"]);
  });

  test("are left alone, too, when their filter disabled them, or their sender was lost", async () => {
    const receiver = await t.receiver();
    const { webhook } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"], filter: { hasCode: false } });
    for (const title of ["A", "B"]) await t.paper({ title });
    await t.plan();
    const now = soon();
    await claimOne(now);
    await t.db.run(BROKEN);
    await t.paper({ title: "C" });
    await t.plan();
    const later = new Date(now.getTime() + 5 * MINUTE);
    expect(await recoverSending(t.db, later)).toBe(1);
    expect(await t.send(later)).toBe(0);
    expect(await hosts(new Date(later.getTime() + MINUTE))).toEqual([]);
    expect((await t.list())[0].deliveries.nodes.map((each: { status: string }) => each.status)).toEqual([
      "QUEUED",
      "QUEUED",
    ]);
    await t.update({ id: webhook.id, enabled: true, filter: {} });
    await t.send(new Date(later.getTime() + MINUTE));
    expect(told(receiver)).toEqual(["paper.featured A", "paper.featured B"]);
  });

  test("hold up nobody by being changed all the time: what they wanted when it happened counts", async () => {
    const receiver = await t.receiver();
    const { webhook } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED", "FEED_FINAL"] });
    await t.paper({ title: "A" });
    await importRecords(t.db, [sourceRecord({ title: "Old", featured: featured(daysAgo(3)) })]);
    const enough = new AbortController();
    let rounds = 0;
    const deps = createPlanDeps(t.db, createLog("silent"));
    const changing: PlanDeps["db"] = Object.create(t.db, {
      bulk: {
        value: async (work: Parameters<PlanDeps["db"]["bulk"]>[0]) => {
          rounds++;
          if (rounds === 20) enough.abort();
          await t.update({ id: webhook.id, filter: { excludeKeywords: [`word${rounds}`] } });
          return t.db.bulk(work);
        },
      },
    });
    await planWebhooks({ ...deps, db: changing }, new Date(), enough.signal);
    expect(enough.signal.aborted).toBe(false);
    await t.send(soon());
    expect(told(receiver)).toEqual(expect.arrayContaining(["paper.featured A", "feed.final Old"]));
  });

  test.each(["53200", "57014", "55P03"])("are not disabled because the database fails for now (%s)", async (code) => {
    const receiver = await t.receiver();
    await t.create({ url: receiver.url, events: ["PAPER_FEATURED"], filter: { keywords: ["agents"] } });
    await t.paper({ title: "Of agents" });
    const deps = createPlanDeps(t.db, createLog("silent"));
    const watch: PlanDeps["watch"] = {
      query: (statement, turn) => {
        const failure = Object.assign(new Error("it fails"), { code });
        return statement.isLong ? Promise.reject(failure) : deps.watch.query(statement, turn);
      },
    };
    await expect(planWebhooks({ ...deps, watch }, new Date())).rejects.toThrow("it fails");
    expect((await t.list())[0].disabledReason).toBeNull();
    await t.plan();
    await t.send(soon(), sendOptions());
    expect(told(receiver)).toEqual(["paper.featured Of agents"]);
  });

  test("that are deleted while a message is on its way leave nothing behind", async () => {
    const receiver = await t.receiver();
    const { webhook } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"] });
    await t.paper({ title: "A" });
    await t.plan();
    receiver.answers.push(async (request, response) => {
      await t.api.data(
        "mutation ($id: ID!) { deleteWebhook(input: { id: $id }) { deleted } }",
        { id: webhook.id },
        t.token,
      );
      status(503)(request, response);
    });
    expect(await t.send(soon())).toBe(1);
    expect(await t.list()).toEqual([]);
    expect(await hosts(new Date(Date.now() + MINUTE))).toEqual([]);
  });
});
