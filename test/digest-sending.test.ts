import { createVerify, generateKeyPairSync } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { hashAddress } from "../src/digests/address";
import { recoverSending } from "../src/digests/delivery.service";
import { createMailer, type Mailer } from "../src/digests/mailer";
import { planDigests } from "../src/digests/plan.service";
import { type PostOffice, sendNext } from "../src/digests/send.service";
import { findToken, tokenOfDelivery } from "../src/digests/token.service";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { feature, ledger, plainRenderers, readableLog, settings, subscribe } from "./support/digests";
import { createTestSmtp, type Manner, type TestSmtp } from "./support/smtp";

const NOW = "2026-10-09T08:00:00Z";
const timeouts = { connect: 500, greeting: 500, silence: 500 };

describe("sending digests", () => {
  let db: TestDatabase;
  let smtp: TestSmtp;
  let mailer: Mailer;
  let office: PostOffice;
  const { log, lines } = readableLog();
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  beforeEach(async () => {
    smtp = await createTestSmtp();
    mailer = createMailer({ ...settings, smtpUrl: smtp.url }, timeouts);
    office = { mailer, renderers: plainRenderers, settings, log };
  });
  afterEach(async () => {
    mailer.close();
    await smtp.close();
    await db.run("delete from digest_subscriptions; ");
    await db.run("delete from digest_suppressions");
    await db.reset();
  });
  afterAll(() => db.close());

  const at = (text: string, minutes = 0) => new Date(Date.parse(text) + minutes * 60_000);
  const send = (now = at(NOW)) => sendNext(db, office, now);
  const planned = async (over = {}) => {
    await feature(db, "2026-10-07", ["first", "second"], "2026-10-09T00:00:10Z");
    const [id] = await subscribe(db, 1, over);
    await planDigests(db, at(NOW), log);
    return id!;
  };
  const queue = (subscription: number, kind: string) =>
    db.run(
      "insert into digest_deliveries (subscription_id, kind, period_key, next_attempt_at) values ($1, $2, clock_timestamp()::text, $3)",
      [subscription, kind, NOW],
    );
  const subscription = async (id: number) => {
    const [row] = await db.run<Record<string, unknown>>("select * from digest_subscriptions where id = $1", [id]);
    return row!;
  };
  const header = (raw: string, name: string) =>
    new RegExp(`^${name}: ((?:.*\\r\\n[ \\t])*.*)\\r\\n`, "im").exec(raw)?.[1]?.replace(/\r\n/g, "");
  const states = async () => (await ledger(db)).map(({ status, error }) => [status, error]);

  test("a digest carries what lists must tell, and a link that works", async () => {
    const id = await planned();
    expect([await send(), await send()]).toEqual([true, false]);
    const [{ raw, to }] = smtp.received as [TestSmtp["received"][0]];
    expect(to).toBe((await subscription(id)).email);
    const [row] = await db.run<{ nonce: Buffer }>("select nonce from digest_deliveries");
    const token = tokenOfDelivery(settings.secret, "MANAGE", row!.nonce);
    expect(await findToken(db, token)).toMatchObject({ subscriptionId: id, purpose: "MANAGE", isExpired: false });
    const link = (page: string) => `<https://papers.example/digest/${page}/${token}>`;
    const told = {
      From: "digest@papers.example",
      To: to,
      "List-Unsubscribe": `${link("unsubscribe")}, <mailto:digest@papers.example?subject=unsubscribe>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      "List-Id": "Daily Papers <digest.papers.example>",
      "List-Help": link("manage"),
      "List-Archive": link("issues"),
      "Auto-Submitted": "auto-generated",
      Date: "Fri, 09 Oct 2026 08:00:00 +0000",
    };
    for (const [name, value] of Object.entries(told)) expect([name, header(raw, name)]).toEqual([name, value]);
    expect(raw).toContain('"title": "first"');
    expect(await states()).toEqual([["SENT", null]]);
    expect(await subscription(id)).toMatchObject({ last_sent_at: at(NOW), soft_bounces: 0 });
  });

  test("a confirmation comes from an address of its own, without a word of lists, before all digests", async () => {
    await planned();
    const [id] = await subscribe(db, 1, { status: "PENDING" });
    await queue(id!, "CONFIRMATION");
    await send();
    const [{ raw }] = smtp.received as [TestSmtp["received"][0]];
    expect(header(raw, "From")).toBe("confirm@papers.example");
    expect(raw).not.toMatch(/^List-/im);
    const [, token] = /digest\/confirm\/([\w-]+)/.exec(raw.replace(/=\r\n/g, ""))!;
    expect(await findToken(db, token!)).toMatchObject({ subscriptionId: id, purpose: "CONFIRM" });
  });

  test("of two confirmations that wait only the newer is sent, and its link works", async () => {
    const [id] = await subscribe(db, 1, { status: "PENDING" });
    await queue(id!, "CONFIRMATION");
    await queue(id!, "CONFIRMATION");
    while (await send());
    expect(smtp.received).toHaveLength(1);
    const [, token] = /digest\/confirm\/([\w-]+)/.exec(smtp.received[0]!.raw.replace(/=\r\n/g, ""))!;
    expect(await findToken(db, token!)).toMatchObject({ isUsed: false, isExpired: false });
  });

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
    smtp.manner = () => manner;
    await send();
    expect(await states()).toEqual([[status, error]]);
    const isBounce = manner === "refuse at RCPT";
    expect((await subscription(id)).status).toBe(isBounce ? "SUPPRESSED" : "ACTIVE");
    // Papers may come later unless they were, or may have been, read.
    expect((await ledger(db))[0]!.titles).toHaveLength(status === "FAILED" ? 0 : 2);
    smtp.manner = () => "accept";
    while (await send(at(NOW, 10)));
    expect(smtp.accepted().length).toBe(["SENT", "QUEUED"].includes(status) || manner === "accept and drop" ? 1 : 0);
  });

  test.each(["refuse", "hang"] as const)("a server that does not greet (%s) has accepted nothing", async (greeting) => {
    await planned();
    smtp.greeting = greeting;
    await send();
    expect((await states())[0]![0]).toBe("QUEUED");
  });

  test("is tried again after one minute, two, four and so on, for a day, with the same bytes", async () => {
    await planned();
    smtp.manner = () => "put off at DATA";
    const tried: number[] = [];
    for (let minute = 0; minute < 24 * 60; minute++) if (await send(at(NOW, minute))) tried.push(minute);
    const hourly = Array.from({ length: 23 }, (_, hour) => 63 + 60 * hour);
    expect(tried).toEqual([0, 1, 3, 7, 15, 31, ...hourly]);
    expect(new Set(smtp.received.map(({ raw }) => raw)).size).toBe(1);
    expect((await states())[0]![0]).toBe("QUEUED");
    await send(at(NOW, 24 * 60 + 3));
    expect(await states()).toEqual([["FAILED", "451 4.3.0 at DATA"]]);
  });

  test("is given up a day after it was planned, when there is no server at all; its papers may come later", async () => {
    const id = await planned();
    await smtp.close();
    await send();
    expect((await states())[0]![0]).toBe("QUEUED");
    await send(at(NOW, 24 * 60));
    expect(await states()).toEqual([["FAILED", "ESOCKET at CONN"]]);
    await feature(db, "2026-10-09", ["third"], "2026-10-11T00:00:10Z");
    await db.run("update digest_subscriptions set frequency = 'WEEKLY', next_send_at = now() where id = $1", [id]);
    await feature(db, "2026-10-09", [], "2026-10-13T00:00:10Z");
    await planDigests(db, at("2027-01-01T00:00:00Z"), log);
    expect((await ledger(db))[1]).toMatchObject({ period: "WEEK 2026-W41", titles: ["first", "third", "second"] });
  });

  test("whoever unsubscribes between the claim and the sending gets nothing", async () => {
    const id = await planned();
    const unsubscribing = async (content: Parameters<typeof plainRenderers.digest>[0]) => {
      await db.run("update digest_subscriptions set status = 'UNSUBSCRIBED' where id = $1", [id]);
      return plainRenderers.digest(content);
    };
    await sendNext(db, { ...office, renderers: { ...plainRenderers, digest: unsubscribing } }, at(NOW));
    expect(smtp.received).toEqual([]);
    expect(await states()).toEqual([["SKIPPED", "the subscription is UNSUBSCRIBED"]]);
    expect((await ledger(db))[0]!.titles).toEqual([]);
  });

  test("a suppressed address is never written to, whatever its subscription says", async () => {
    const id = await planned();
    const { email } = await subscription(id);
    await db.run("insert into digest_suppressions (address_hash, reason) values ($1, 'COMPLAINT')", [
      hashAddress(settings.secret, `${email}`.toUpperCase()),
    ]);
    await send();
    expect(await states()).toEqual([["SKIPPED", "the address is suppressed"]]);
    expect(smtp.received).toEqual([]);
  });

  test("an address that does not exist is suppressed at once, and neither log nor ledger names it", async () => {
    const id = await planned();
    smtp.manner = () => "refuse at RCPT";
    await send();
    const { email, next_send_at } = await subscription(id);
    expect(next_send_at).toBeNull();
    const rows = await db.run<{ reason: string; address_hash: Buffer }>("select * from digest_suppressions");
    expect(rows).toMatchObject([{ reason: "BOUNCE", address_hash: hashAddress(settings.secret, `${email}`) }]);
    const told = lines.join("") + JSON.stringify(await db.run("select * from digest_deliveries"));
    expect(told).not.toContain("@");
  });

  test("three digests in a row that the address puts off pause it for thirty days; one that arrives starts anew", async () => {
    const id = await planned();
    const giveUp = async (manner: Manner) => {
      smtp.manner = () => manner;
      const key = `DAY ${Math.random()}`;
      await db.run("delete from digest_deliveries");
      await db.run(
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
    const dying = { ...mailer, send: () => Promise.reject(new Error("killed")) };
    await expect(sendNext(db, { ...office, mailer: dying }, at(NOW))).rejects.toThrow("killed");
    expect(await recoverSending(db, at(NOW, 10))).toBe(0);
    expect(await recoverSending(db, at(NOW, 11))).toBe(1);
    expect(await send(at(NOW, 1000))).toBe(false);
    expect(await states()).toEqual([["UNKNOWN", "the sender ended before the answer"]]);
    expect((await ledger(db))[0]!.titles).toHaveLength(2);
  });

  test("a mail that cannot be written is tried again, and the log says why without its links", async () => {
    await planned();
    const failing = async ({ links }: { links: { manage: string } }) => {
      throw new Error(`no template for ${links.manage}`);
    };
    await sendNext(db, { ...office, renderers: { ...plainRenderers, digest: failing } }, at(NOW));
    expect(await states()).toEqual([["QUEUED", "could not be written"]]);
    expect(lines.join("")).toContain("no template for https://papers.example/digest/manage/***");
  });

  test("a key signs both headers of unsubscribing", async () => {
    await planned();
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const dkim = { domain: "papers.example", selector: "s1", privateKey };
    const signing = createMailer({ ...settings, smtpUrl: smtp.url, dkim }, timeouts);
    await sendNext(db, { ...office, mailer: signing }, at(NOW));
    signing.close();
    const signature = header(smtp.received[0]!.raw, "DKIM-Signature")!.replace(/\s/g, "");
    expect(signature).toMatch(/;d=papers\.example;.*;s=s1;/);
    const signed = /;h=([^;]+);/
      .exec(signature)![1]!
      .split(":")
      .map((name) => name.toLowerCase());
    expect(signed).toEqual(expect.arrayContaining(["from", "list-unsubscribe", "list-unsubscribe-post"]));
    // RFC 6376: header lines of the relaxed form, the signature's own last and without its value.
    const { raw } = smtp.received[0]!;
    const relaxed = (name: string) => `${name}:${header(raw, name)!.replace(/\s+/g, " ").trim()}`;
    const own = relaxed("dkim-signature").replace(/b=[^;]*$/, "b=");
    const value = Buffer.from(/;b=([^;]+)$/.exec(signature)![1]!, "base64");
    const verifier = createVerify("RSA-SHA256").update([...signed.map(relaxed), own].join("\r\n"));
    expect(verifier.verify(publicKey, value)).toBe(true);
  });

  test("without a mail server mails go into files that only this user can read", async () => {
    await planned();
    const outbox = path.join(await mkdtemp(path.join(tmpdir(), "daily-papers-outbox-")), "outbox");
    await sendNext(db, { ...office, mailer: createMailer({ ...settings, outbox }) }, at(NOW));
    const [delivery] = await ledger(db);
    expect(delivery!.status).toBe("SENT");
    expect(await readdir(outbox)).toEqual([`2026-10-09T08-00-00.000Z-${delivery!.id}.eml`]);
    const file = path.join(outbox, (await readdir(outbox))[0]!);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain("\r\nSubject: Your papers\r\n");
    await rm(path.dirname(outbox), { recursive: true });
  });
});
