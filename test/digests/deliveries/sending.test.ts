import { createVerify, generateKeyPairSync } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { simpleParser } from "mailparser";
import { findToken, tokenOfDelivery } from "../../../src/digests/subscriptions/token.service";
import { createMailer } from "../../../src/digests/transport/mailer";
import { ledger, settings, subscribe } from "../../support/digests";
import type { TestSmtp } from "../../support/smtp";
import { at, NOW, timeouts, useSender } from "./use-sender";

describe("sending digests", () => {
  const sender = useSender();
  const { t, send, planned, subscription, states } = sender;

  const queue = (subscription: number, kind: string) =>
    t.db.run(
      "insert into digest_deliveries (subscription_id, kind, period_key, next_attempt_at) values ($1, $2, clock_timestamp()::text, $3)",
      [subscription, kind, NOW],
    );
  const header = (raw: string, name: string) =>
    new RegExp(`^${name}: ((?:.*\\r\\n[ \\t])*.*)\\r\\n`, "im").exec(raw)?.[1]?.replace(/\r\n/g, "");

  test("a digest carries what lists must tell, and a link that works", async () => {
    const id = await planned();
    expect([await send(), await send()]).toEqual([true, false]);
    const [{ raw, to }] = sender.smtp.received as [TestSmtp["received"][0]];
    expect(to).toBe((await subscription(id)).email);
    const [row] = await t.db.run<{ nonce: Buffer }>("select nonce from digest_deliveries");
    const token = tokenOfDelivery(settings.secret, "MANAGE", row!.nonce);
    expect(await findToken(t.db, token)).toMatchObject({ subscriptionId: id, purpose: "MANAGE", isExpired: false });
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

  test.each<[string, string | RegExp, string]>([
    ["Daily Papers", "Daily Papers <digest@papers.example>", "Daily Papers <digest.papers.example>"],
    [
      'Papers, "Daily" (Inc.)',
      '"Papers, \\"Daily\\" (Inc.)" <digest@papers.example>',
      '"Papers, \\"Daily\\" (Inc.)" <digest.papers.example>',
    ],
    [
      "Täglich 新しい論文",
      /=\?UTF-8\?[QB]\?[!-~]+\?= <digest@papers\.example>/,
      `=?UTF-8?B?${Buffer.from("Täglich 新しい論文").toString("base64")}?= <digest.papers.example>`,
    ],
  ])("a name before the address, and the site's, is quoted or encoded: %s", async (name, from, listId) => {
    const named = {
      ...settings,
      siteName: name,
      from: { ...settings.from, digest: { ...settings.from.digest, name } },
    };
    await planned();
    await send(at(NOW), { settings: named });
    const [{ raw }] = sender.smtp.received as [TestSmtp["received"][0]];
    expect(header(raw, "From")).toEqual(typeof from === "string" ? from : expect.stringMatching(from));
    expect(header(raw, "List-Id")).toBe(listId);
    expect(raw).toContain("<mailto:digest@papers.example?subject=unsubscribe>");
    const read = await simpleParser(raw);
    expect(read.from?.value).toEqual([{ name, address: "digest@papers.example" }]);
    expect(raw).toMatch(/^Message-ID: <\w+@papers\.example>\r$/m);
  });

  test("a long name of the site is folded into lines of at most 76 characters", async () => {
    await planned();
    await send(at(NOW), { settings: { ...settings, siteName: "論文".repeat(30) } });
    const [{ raw }] = sender.smtp.received as [TestSmtp["received"][0]];
    const lines = /^List-Id: .*\r\n(?: .*\r\n)*/im.exec(raw)![0].trimEnd().split("\r\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(76);
    const [, encoded] = /^List-Id: ([\s\S]*)<digest\.papers\.example>$/i.exec(lines.join("\r\n"))!;
    const words = [...encoded!.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)].map(([, word]) =>
      Buffer.from(word!, "base64").toString(),
    );
    expect(words.join("")).toBe("論文".repeat(30));
  });

  test("a confirmation comes from an address of its own, without a word of lists, before all digests", async () => {
    await planned();
    const [id] = await subscribe(t.db, 1, { status: "PENDING" });
    await queue(id!, "CONFIRMATION");
    await send();
    const [{ raw }] = sender.smtp.received as [TestSmtp["received"][0]];
    expect(header(raw, "From")).toBe("confirm@papers.example");
    expect(raw).not.toMatch(/^List-/im);
    const [, token] = /digest\/confirm\/([\w-]+)/.exec(raw.replace(/=\r\n/g, ""))!;
    expect(await findToken(t.db, token!)).toMatchObject({ subscriptionId: id, purpose: "CONFIRM" });
  });

  test("of two confirmations that wait only the newer is sent, and its link works", async () => {
    const [id] = await subscribe(t.db, 1, { status: "PENDING" });
    await queue(id!, "CONFIRMATION");
    await queue(id!, "CONFIRMATION");
    while (await send());
    expect(sender.smtp.received).toHaveLength(1);
    const [, token] = /digest\/confirm\/([\w-]+)/.exec(sender.smtp.received[0]!.raw.replace(/=\r\n/g, ""))!;
    expect(await findToken(t.db, token!)).toMatchObject({ isUsed: false, isExpired: false });
  });

  test("a key signs both headers of unsubscribing", async () => {
    await planned();
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const dkim = { domain: "papers.example", selector: "s1", privateKey };
    const signing = createMailer({ ...settings, smtpUrl: sender.smtp.url, dkim }, timeouts);
    await send(at(NOW), { mailer: signing });
    signing.close();
    const signature = header(sender.smtp.received[0]!.raw, "DKIM-Signature")!.replace(/\s/g, "");
    expect(signature).toMatch(/;d=papers\.example;.*;s=s1;/);
    const signed = /;h=([^;]+);/
      .exec(signature)![1]!
      .split(":")
      .map((name) => name.toLowerCase());
    expect(signed).toEqual(expect.arrayContaining(["from", "list-unsubscribe", "list-unsubscribe-post"]));
    // RFC 6376: header lines of the relaxed form, the signature's own last and without its value.
    const { raw } = sender.smtp.received[0]!;
    const relaxed = (name: string) => `${name}:${header(raw, name)!.replace(/\s+/g, " ").trim()}`;
    const own = relaxed("dkim-signature").replace(/b=[^;]*$/, "b=");
    const value = Buffer.from(/;b=([^;]+)$/.exec(signature)![1]!, "base64");
    const verifier = createVerify("RSA-SHA256").update([...signed.map(relaxed), own].join("\r\n"));
    expect(verifier.verify(publicKey, value)).toBe(true);
  });

  test("without a mail server mails go into files that only this user can read", async () => {
    await planned();
    const outbox = path.join(await mkdtemp(path.join(tmpdir(), "daily-papers-outbox-")), "outbox");
    await send(at(NOW), { mailer: createMailer({ ...settings, outbox }) });
    const [delivery] = await ledger(t.db);
    expect(delivery!.status).toBe("SENT");
    expect(await readdir(outbox)).toEqual([`2026-10-09T08-00-00.000Z-${delivery!.id}.eml`]);
    const file = path.join(outbox, (await readdir(outbox))[0]!);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain("\r\nSubject: Your papers\r\n");
    await rm(path.dirname(outbox), { recursive: true });
  });
});
