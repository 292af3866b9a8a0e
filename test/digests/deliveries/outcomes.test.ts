import { recoverSending } from "../../../src/digests/deliveries/claim.service";
import { planDigests } from "../../../src/digests/deliveries/plan.service";
import { hashAddress } from "../../../src/digests/subscriptions/address";
import { feature, ledger, plainRenderers, settings } from "../../support/digests";
import type { Manner } from "../../support/smtp";
import { at, NOW, useSender } from "./use-sender";

describe("sending digests", () => {
  const sender = useSender();
  const { t, log, lines, send, planned, subscription, states } = sender;

  test.each<[Manner, string, string | null]>([
    ["accept", "SENT", null],
    ["accept and drop", "UNKNOWN", "ECONNECTION at CONN"],
    ["drop at DATA", "UNKNOWN", "ECONNECTION at CONN"],
    ["hang at DATA", "UNKNOWN", "ETIMEDOUT at CONN"],
    ["put off at RCPT", "QUEUED", "450 4.2.1 at RCPT TO"],
    ["put off at DATA", "QUEUED", "451 4.3.0 at DATA"],
    ["drop at RCPT", "QUEUED", "ECONNECTION at CONN"],
    ["hang at RCPT", "QUEUED", "ETIMEDOUT at CONN"],
    ["refuse at RCPT", "FAILED", "550 5.1.1 at RCPT TO"],
    ["refuse us at RCPT", "FAILED", "554 5.7.1 at RCPT TO"],
    ["refuse at DATA", "FAILED", "554 5.6.0 at DATA"],
  ])("a server that does this: %s, makes a delivery %s", async (manner, status, error) => {
    const id = await planned();
    sender.smtp.manner = () => manner;
    await send();
    expect(await states()).toEqual([[status, error]]);
    const isBounce = manner === "refuse at RCPT";
    expect((await subscription(id)).status).toBe(isBounce ? "SUPPRESSED" : "ACTIVE");
    // Papers may come later unless they were, or may have been, read.
    expect((await ledger(t.db))[0]!.titles).toHaveLength(status === "FAILED" ? 0 : 2);
    sender.smtp.manner = () => "accept";
    while (await send(at(NOW, 10)));
    expect(sender.smtp.accepted().length).toBe(
      ["SENT", "QUEUED"].includes(status) || manner === "accept and drop" ? 1 : 0,
    );
  });

  test.each(["refuse", "hang"] as const)("a server that does not greet (%s) has accepted nothing", async (greeting) => {
    await planned();
    sender.smtp.greeting = greeting;
    await send();
    expect((await states())[0]![0]).toBe("QUEUED");
  });

  test("is tried again after one minute, two, four and so on, for a day, with the same bytes", async () => {
    await planned();
    sender.smtp.manner = () => "put off at DATA";
    const tried: number[] = [];
    for (let minute = 0; minute < 24 * 60; minute++) if (await send(at(NOW, minute))) tried.push(minute);
    const hourly = Array.from({ length: 23 }, (_, hour) => 63 + 60 * hour);
    expect(tried).toEqual([0, 1, 3, 7, 15, 31, ...hourly]);
    expect(new Set(sender.smtp.received.map(({ raw }) => raw)).size).toBe(1);
    expect((await states())[0]![0]).toBe("QUEUED");
    await send(at(NOW, 24 * 60 + 3));
    expect(await states()).toEqual([["FAILED", "451 4.3.0 at DATA"]]);
  });

  test("is given up a day after it was planned, when there is no server at all; its papers may come later", async () => {
    const id = await planned();
    await sender.smtp.close();
    await send();
    expect((await states())[0]![0]).toBe("QUEUED");
    await send(at(NOW, 24 * 60));
    expect(await states()).toEqual([["FAILED", "ESOCKET at CONN"]]);
    await feature(t.db, "2026-10-09", ["third"], "2026-10-11T00:00:10Z");
    await t.db.run("update digest_subscriptions set frequency = 'WEEKLY', next_send_at = now() where id = $1", [id]);
    await feature(t.db, "2026-10-09", [], "2026-10-13T00:00:10Z");
    await planDigests(t.db, at("2027-01-01T00:00:00Z"), log);
    expect((await ledger(t.db))[1]).toMatchObject({ period: "WEEK 2026-W41", titles: ["first", "third", "second"] });
  });

  test("whoever unsubscribes between the claim and the sending gets nothing", async () => {
    const id = await planned();
    const unsubscribing = async (content: Parameters<typeof plainRenderers.digest>[0]) => {
      await t.db.run("update digest_subscriptions set status = 'UNSUBSCRIBED' where id = $1", [id]);
      return plainRenderers.digest(content);
    };
    await send(at(NOW), { renderers: { ...plainRenderers, digest: unsubscribing } });
    expect(sender.smtp.received).toEqual([]);
    expect(await states()).toEqual([["SKIPPED", "the subscription is UNSUBSCRIBED"]]);
    expect((await ledger(t.db))[0]!.titles).toEqual([]);
  });

  test("a suppressed address is never written to, whatever its subscription says", async () => {
    const id = await planned();
    const { email } = await subscription(id);
    await t.db.run("insert into digest_suppressions (address_hash, reason) values ($1, 'COMPLAINT')", [
      hashAddress(settings.secret, `${email}`.toUpperCase()),
    ]);
    await send();
    expect(await states()).toEqual([["SKIPPED", "the address is suppressed"]]);
    expect(sender.smtp.received).toEqual([]);
  });

  test("an address that does not exist is suppressed at once, and neither log nor ledger names it", async () => {
    const id = await planned();
    sender.smtp.manner = () => "refuse at RCPT";
    await send();
    const { email, next_send_at } = await subscription(id);
    expect(next_send_at).toBeNull();
    const rows = await t.db.run<{ reason: string; address_hash: Buffer }>("select * from digest_suppressions");
    expect(rows).toMatchObject([{ reason: "BOUNCE", address_hash: hashAddress(settings.secret, `${email}`) }]);
    const told = lines.join("") + JSON.stringify(await t.db.run("select * from digest_deliveries"));
    expect(told).not.toContain("@");
  });

  test("three digests in a row that the address puts off pause it for thirty days; one that arrives starts anew", async () => {
    const id = await planned();
    const giveUp = async (manner: Manner) => {
      sender.smtp.manner = () => manner;
      const key = `DAY ${Math.random()}`;
      await t.db.run("delete from digest_deliveries");
      await t.db.run(
        "insert into digest_deliveries (subscription_id, kind, period_key, next_attempt_at, created_at) values ($1, 'DIGEST', $2, $3, $3)",
        [id, key, at(NOW, -24 * 60)],
      );
      await send();
      const { status, soft_bounces } = await subscription(id);
      return [status, soft_bounces];
    };
    expect(await giveUp("put off at RCPT")).toEqual(["ACTIVE", 1]);
    expect(await giveUp("put off at RCPT")).toEqual(["ACTIVE", 2]);
    expect(await giveUp("accept")).toEqual(["ACTIVE", 0]);
    expect(await giveUp("put off at RCPT")).toEqual(["ACTIVE", 1]);
    expect(await giveUp("put off at DATA")).toEqual(["ACTIVE", 1]);
    expect(await giveUp("put off at RCPT")).toEqual(["ACTIVE", 2]);
    expect(await giveUp("put off at RCPT")).toEqual(["PAUSED", 0]);
    expect(await subscription(id)).toMatchObject({ paused_until: "2026-11-08", next_send_at: null });
  });

  test("what a sender left behind is UNKNOWN after ten minutes, and is never sent again by itself", async () => {
    await planned();
    const dying = { ...sender.mailer, send: () => Promise.reject(new Error("killed")) };
    await expect(send(at(NOW), { mailer: dying })).rejects.toThrow("killed");
    expect(await recoverSending(t.db, at(NOW, 10))).toBe(0);
    expect(await recoverSending(t.db, at(NOW, 11))).toBe(1);
    expect(await send(at(NOW, 1000))).toBe(false);
    expect(await states()).toEqual([["UNKNOWN", "the sender ended before the answer"]]);
    expect((await ledger(t.db))[0]!.titles).toHaveLength(2);
  });

  test("a mail that cannot be written is tried again, and the log says why without its links", async () => {
    await planned();
    const failing = async ({ links }: { links: { manage: string } }) => {
      throw new Error(`no template for ${links.manage}`);
    };
    await send(at(NOW), { renderers: { ...plainRenderers, digest: failing } });
    expect(await states()).toEqual([["QUEUED", "could not be written"]]);
    expect(lines.join("")).toContain("no template for https://papers.example/digest/manage/***");
  });
});
