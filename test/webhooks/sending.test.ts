import { Webhook } from "standardwebhooks";
import { runUserCommand } from "../../src/users/user-command";
import { status, verified } from "../support/receiver";
import { DAY, HOUR, MINUTE, SECOND, sendOptions, told, useWebhooks } from "./use-webhooks";

describe("sending webhooks", () => {
  const t = useWebhooks();
  const start = () => new Date();

  const created = async (over: object = {}) => {
    const receiver = await t.receiver();
    const { webhook, secret } = await t.create({ url: receiver.url, events: ["PAPER_FEATURED"], ...over });
    return { receiver, webhook, secret };
  };
  const deliveries = async () => (await t.list())[0].deliveries.nodes;
  const newest = async () => (await deliveries())[0];
  /** The attempts until nothing is queued, each at its time: in ms after the first. */
  const attemptsFrom = async (now: Date): Promise<number[]> => {
    const times: number[] = [];
    for (let at = now; ; ) {
      const sent = await t.send(at);
      if (sent > 0) times.push(at.getTime() - now.getTime());
      const [next] = await t.db.run<{ at: Date | null }>(
        "select min(next_attempt_at) as at from webhook_deliveries where status = 'QUEUED' and next_attempt_at < 'infinity'",
      );
      if (!next?.at) return times;
      at = new Date(Math.max(next.at.getTime(), at.getTime() + 5 * SECOND));
    }
  };

  test("is retried with growing pauses, by the same id and body, until it has failed ten times", async () => {
    const { receiver, secret } = await created();
    await t.paper();
    await t.plan();
    receiver.answers.push(...Array.from({ length: 20 }, () => status(500, "no")));
    const times = await attemptsFrom(start());
    const pauses = times.slice(1).map((time, i) => time - times[i]!);
    const expected = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)];
    expect(pauses).toHaveLength(expected.length);
    pauses.forEach((pause, i) => {
      expect(pause / expected[i]!).toBeGreaterThanOrEqual(0.75);
      expect(pause / expected[i]!).toBeLessThanOrEqual(1.26);
    });
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(verified(receiver.received[0]!, secret).type).toBe("paper.featured");
    expect(await newest()).toMatchObject({
      status: "FAILED",
      attempts: 10,
      lastStatusCode: 500,
      lastResponse: "no",
      lastError: "It answered 500.",
      nextAttemptAt: null,
    });
  });

  test("keeps the order while the receiver does not answer", async () => {
    const { receiver } = await created();
    for (const title of ["A", "B", "C"]) await t.paper({ title });
    await t.plan();
    receiver.answers.push(status(503), status(503));
    const now = start();
    expect(await t.send(now)).toBe(1);
    expect(await t.send(new Date(now.getTime() + 10 * SECOND))).toBe(1);
    await t.paper({ title: "D" });
    await t.plan(new Date(now.getTime() + 11 * SECOND));
    expect(await t.send(new Date(now.getTime() + 12 * SECOND))).toBe(0);
    expect(await t.send(new Date(now.getTime() + HOUR))).toBe(4);
    expect(told(receiver)).toEqual(["A", "A", "A", "B", "C", "D"].map((title) => `paper.featured ${title}`));
  });

  test("goes on with the next event when the receiver answers one with an error", async () => {
    const { receiver } = await created();
    for (const title of ["A", "B", "C"]) await t.paper({ title });
    await t.plan();
    receiver.answers.push(status(422));
    const now = start();
    expect(await t.send(now)).toBe(3);
    expect(await t.send(new Date(now.getTime() + MINUTE))).toBe(1);
    expect(told(receiver)).toEqual(["A", "B", "C", "A"].map((title) => `paper.featured ${title}`));
  });

  test("ends at once, with a reason, for a receiver that is gone", async () => {
    const { receiver } = await created();
    for (const title of ["A", "B"]) await t.paper({ title });
    await t.plan();
    receiver.answers.push(status(410));
    expect(await attemptsFrom(start())).toEqual([0]);
    const [webhook] = await t.list();
    expect(webhook.disabledReason).toBe("It answered 410 (gone): it wants no more events.");
    expect(webhook.deliveries.nodes.map((each: { status: string }) => each.status)).toEqual(["QUEUED", "FAILED"]);
    // Enabled again, it gets what was queued.
    expect(await t.update({ id: webhook.id, enabled: true })).toMatchObject({ webhook: { disabledReason: null } });
    await t.send(new Date(Date.now() + SECOND));
    expect(told(receiver)).toEqual(["paper.featured A", "paper.featured B"]);
  });

  test("follows no redirect", async () => {
    const { receiver } = await created();
    const other = await t.receiver();
    await t.paper();
    await t.plan();
    receiver.answers.push(status(308, "", { location: other.url }));
    await t.send();
    expect(other.received).toEqual([]);
    expect(await newest()).toMatchObject({
      status: "QUEUED",
      lastStatusCode: 308,
      lastError: "It answered 308: redirects are not followed, so give the address it points to.",
    });
  });

  test("waits as long as the receiver asks for", async () => {
    const { receiver } = await created();
    await t.paper();
    await t.plan();
    receiver.answers.push(status(429, "slow down", { "retry-after": "7200" }));
    const now = start();
    await t.send(now);
    expect(Date.parse((await newest()).nextAttemptAt) - now.getTime()).toBe(2 * HOUR);
  });

  test("keeps the first kilobyte of an answer, whatever its bytes are", async () => {
    const { receiver } = await created();
    await t.paper();
    await t.plan();
    receiver.answers.push((_, response) =>
      response.end(Buffer.concat([Buffer.from([0, 0xff]), Buffer.alloc(1_000_000, "a")])),
    );
    await t.send();
    const { lastResponse, status: outcome } = await newest();
    expect(outcome).toBe("DELIVERED");
    expect(lastResponse).toBe(`\ufffd\ufffd${"a".repeat(1022)}`);
  });

  test("counts an answer whose body never ends, and gives up one that never begins", async () => {
    const { receiver } = await created();
    for (const title of ["A", "B"]) await t.paper({ title });
    await t.plan();
    receiver.answers.push(
      (_, response) => void response.writeHead(200).write("begun"),
      () => {},
    );
    await t.send(start(), sendOptions({ timeout: 3000 }));
    const [second, first] = await deliveries();
    expect(first).toMatchObject({ status: "DELIVERED", lastStatusCode: 200, lastResponse: "begun" });
    expect(second).toMatchObject({ status: "QUEUED", lastStatusCode: null, lastError: "No answer within 3 seconds." });
  });

  test("signs with both secrets for a day after a rotation, then with the new one", async () => {
    const { receiver, webhook, secret } = await created();
    const { rotateWebhookSecret: rotated } = await t.api.data(
      "mutation ($id: ID!) { rotateWebhookSecret(input: { id: $id }) { secret webhook { id } userErrors { code } } }",
      { id: webhook.id },
      t.token,
    );
    expect(rotated).toMatchObject({ webhook: { id: webhook.id }, userErrors: [] });
    expect(rotated.secret).not.toBe(secret);
    await t.paper({ title: "A" });
    await t.plan();
    await t.send();
    for (const each of [secret, rotated.secret]) expect(verified(receiver.received[0]!, each)).toBeTruthy();
    await t.paper({ title: "B" });
    await t.plan();
    await t.send(new Date(Date.now() + DAY + MINUTE));
    const { headers, body, id } = receiver.received[1]!;
    const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
    expect(headers["webhook-signature"]).toBe(new Webhook(rotated.secret).sign(id, at, body));
  });

  test("speaks to Slack and to Discord", async () => {
    const slack = await created({ format: "SLACK" });
    const discord = await created({ format: "DISCORD" });
    await t.paper({ title: "A <!channel> & *b* | $x_1$ @everyone", url: "https://papers.example/1" });
    await t.plan();
    await t.send();
    expect(JSON.parse(slack.receiver.received[0]!.body).text.split("\n")[1]).toBe(
      "1. <https://papers.example/1|A &lt;!channel&gt; &amp; *b* | $x_1$ @everyone>",
    );
    expect(JSON.parse(discord.receiver.received[0]!.body)).toMatchObject({
      allowed_mentions: { parse: [] },
      embeds: [{ title: "1. A <!channel\\> & \\*b\\* \\| $x\\_1$ @everyone", url: "https://papers.example/1" }],
    });
    expect(verified(slack.receiver.received[0]!, slack.secret)).toBeTruthy();
  });

  test("sends to one host one message at a time, and to others meanwhile", async () => {
    const slow = await created();
    const second = await t.create({ url: `${slow.receiver.url}2`, events: ["PAPER_FEATURED"] });
    expect(second.userErrors).toEqual([]);
    const quick = await created();
    let inFlight = 0;
    let most = 0;
    const isQuickDone: (() => void)[] = [];
    const quickDone = new Promise<void>((resolve) => isQuickDone.push(resolve));
    const answer = async (_: unknown, response: { end(text: string): void }) => {
      most = Math.max(most, ++inFlight);
      await quickDone;
      inFlight--;
      response.end("ok");
    };
    slow.receiver.answers.push(answer, answer, answer, answer);
    quick.receiver.answers.push((_, response) => {
      response.end("ok");
      isQuickDone[0]!();
    });
    await t.paper();
    await t.plan();
    await t.send();
    expect(slow.receiver.received).toHaveLength(2);
    expect(most).toBe(1);
  });

  test("forgets webhooks with their user", async () => {
    await created();
    await t.paper();
    await t.plan();
    expect(await runUserCommand(t.db, ["delete", "ada"])).toBe("Deleted ada, with all upvotes, tokens and webhooks.");
    const [left] = await t.db.run(
      "select (select count(*)::int from webhooks) + (select count(*)::int from webhook_deliveries) as n",
    );
    expect(left).toEqual({ n: 0 });
    expect(await t.send()).toBe(0);
  });
});
