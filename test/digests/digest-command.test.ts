import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { simpleParser } from "mailparser";
import { planDigests } from "../../src/digests/deliveries/plan.service";
import { runDigestCommand } from "../../src/digests/digest.command";
import { runDigests } from "../../src/digests/digest.worker";
import { renderers } from "../../src/digests/mail/renderers";
import { hashAddress } from "../../src/digests/subscriptions/address";
import { forgetOldData } from "../../src/digests/subscriptions/retention.service";
import { createMailer } from "../../src/digests/transport/mailer";
import { createOperationMetrics } from "../../src/http/operation-metrics";
import { encodeNodeId } from "../../src/nodes/node-id";
import { measureDatabase } from "../../src/processes/database-metrics";
import { feature, ledger, plainRenderers, readableLog, settings, subscribe } from "../support/digests";
import { createTestSmtp } from "../support/smtp";
import { useDatabase } from "../support/use-api";

describe("who runs the digests", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const { log } = readableLog();
  const command = (line: string, now = new Date("2026-10-09T08:00:00Z")) =>
    runDigestCommand(t.db, line.split(" "), { settings, renderers, now });

  test("sees a digest as it would go out, without anybody's getting it", async () => {
    await feature(t.db, "2026-10-07", ["On graphs", "On trees"], "2026-10-07T12:00:00Z");
    const bytes = await command("preview --frequency WEEKLY --on 2026-10-09 --keywords graphs,webs");
    const mail = await simpleParser(bytes);
    expect(mail.text).toContain("On graphs");
    expect(mail.text).not.toContain("On trees");
    expect(bytes).toContain("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    expect(await ledger(t.db)).toEqual([]);
    const folder = await mkdtemp(path.join(tmpdir(), "daily-papers-preview-"));
    const file = path.join(folder, "digest.eml");
    const preview = `preview --frequency daily --on 2026-10-07 --to ${file}`;
    expect(await command(preview)).toBe(`Written to ${file}, with 2 papers.`);
    expect((await simpleParser(await readFile(file))).text).toContain("On trees");
    expect(await command(`${preview} --keywords webs`)).toBe(`Written to ${file}, with no papers.`);
    await rm(folder, { recursive: true });
  });

  test("sees one of the categories that a reader may choose, an archive among them", async () => {
    await feature(t.db, "2026-10-07", ["On graphs", "On trees"], "2026-10-07T12:00:00Z");
    t.db.allowWrongCounts();
    await t.db.run("update papers set categories = '{math.CO}' where title = 'On trees'");
    const mail = await simpleParser(await command("preview --frequency DAILY --on 2026-10-07 --categories cs.CL,math"));
    expect(mail.text).toContain("On trees");
    expect(mail.text).not.toContain("On graphs");
  });

  test("sees one of papers like a given one", async () => {
    await feature(
      t.db,
      "2026-10-07",
      ["Neural networks for graphs", "Graph neural networks", "News"],
      "2026-10-07T12:00:00Z",
    );
    const [paper] = await t.db.run<{ id: number }>("select id from papers where title = 'Graph neural networks'");
    const id = encodeNodeId("Paper", paper!.id);
    const mail = await simpleParser(await command(`preview --frequency DAILY --on 2026-10-07 --near ${id}`));
    expect(mail.text).toContain("Neural networks for graphs");
    expect(mail.text).not.toContain("News");
  });

  test("is told what to write instead of what was written wrong", async () => {
    await expect(command("preview --frequency HOURLY --on 2026-10-09")).rejects.toThrow(
      "--frequency HOURLY must be one of",
    );
    await expect(command("preview --frequency DAILY --on 2026-02-30")).rejects.toThrow("--on 2026-02-30 is not a day");
    await expect(command("preview --frequency DAILY --on 2026-02-03 --keywords IT")).rejects.toThrow(
      '--keywords: "IT" holds only words too common to search for.',
    );
    for (const [line, said] of [
      [
        "preview --frequency DAILY --on 2026-02-03 --categories cs.CL,2026",
        "--categories: Each of categories must be one of arXiv's categories, such as cs.CL, or an archive, such as cs or hep-th.",
      ],
      [
        "preview --frequency DAILY --on 2026-02-03 --near 2605.16363",
        "--near: near[0] is not the id of a Paper, but an arXiv id: find the paper by it, and pass the `id` that it has here.",
      ],
      ["preview --frequency DAILY --on 2026-02-03 --categories ,", '--categories "," names none.'],
      ["", '"" is not preview or status or erase.'],
      ["stauts", '"stauts" is not preview or status or erase. Did you mean status?'],
      ["preview", "preview needs --frequency."],
      ["preview --frequency DAILY", "preview needs --on."],
      ["preview now --frequency DAILY --on 2026-10-09", '"now" is one word too many for preview.'],
      ["status --on 2026-10-09", "--on does not go with status."],
      ["status now", '"now" is one word too many for status.'],
      ["preview --loud", "Unknown option '--loud'."],
      ["preview --frequncy DAILY", "Unknown option '--frequncy'. Did you mean --frequency?"],
      ["erase", "erase needs ADDRESS."],
      ["erase ada at example.org", '"at" is one word too many for erase.'],
    ] as const) {
      const message = await command(line).catch((error) => error.message);
      expect(message.split("\n")[0]).toBe(said);
    }
  });

  test("sees what became of mails by day, and Prometheus sees those of the last one", async () => {
    expect(await command("status")).toBe("No mails were planned in the last 30 days.");
    const [id] = await subscribe(t.db, 1);
    const add = (period: string, status: string, at: string) =>
      t.db.run(
        "insert into digest_deliveries (subscription_id, kind, period_key, status, created_at) values ($1, 'DIGEST', $2, $3, $4)",
        [id, period, status, at],
      );
    await add("a", "SENT", "2026-10-08T00:00:00Z");
    await add("b", "UNKNOWN", "2026-10-08T23:59:59Z");
    await add("c", "QUEUED", "2026-10-08T12:00:00Z");
    await add("d", "FAILED", "2026-10-07T12:00:00Z");
    await add("e", "SKIPPED", "2026-08-07T12:00:00Z");
    await add("f", "SENT", new Date().toISOString());
    expect(await command("status", new Date("2026-10-09T08:00:00Z"))).toMatch(
      /2026-10-08 {2}queued 1 {2}sent 1 {2}unknown 1\n2026-10-07 {2}failed 1$/,
    );
    const { registry } = createOperationMetrics();
    measureDatabase(registry, t.db);
    const text = await registry.metrics();
    expect(text).toContain('daily_papers_deliveries{status="SENT"} 1');
    expect(text).toContain('daily_papers_deliveries{status="UNKNOWN"} 0');
  });

  test("erase forgets a reader, whatever the address's case, and keeps mail from being sent again", async () => {
    await subscribe(t.db, 1, { email: "Ada@example.org" });
    expect(await command("erase ada@example.org")).toBe("Erased. No mail will be sent to this address again.");
    expect(await t.db.run("select from digest_subscriptions")).toEqual([]);
    const kept = await t.db.run<{ address_hash: Buffer; reason: string }>("select * from digest_suppressions");
    expect(kept).toMatchObject([{ address_hash: hashAddress(settings.secret, "ada@example.org"), reason: "ERASURE" }]);
    expect(await command("erase ada@example.org")).toContain("There was no such subscription");
    await expect(command("erase ada")).rejects.toThrow("ada is not a mail address. It has no @.");
  });

  test("need not clean up: what was not confirmed goes after a week, where consent came from after 90 days", async () => {
    const origin = { request_address: "::1", request_user_agent: "a", confirm_address: "::2", confirm_user_agent: "b" };
    const days = { requested_at: "2026-07-01T00:00:00Z", confirmed_at: "2026-07-02T00:00:00Z" };
    await subscribe(t.db, 1, { status: "PENDING", requested_at: "2026-07-01T00:00:00Z" });
    const [id] = await subscribe(t.db, 1, { ...origin, ...days });
    const clean = async (now: string) => {
      await forgetOldData(t.db, new Date(now));
      const rows = await t.db.run<Record<string, unknown>>("select * from digest_subscriptions order by id");
      return rows.map((row) => [row.status, ...Object.keys(origin).map((name) => row[name])]);
    };
    expect(await clean("2026-07-08T00:00:00Z")).toHaveLength(2);
    expect(await clean("2026-07-08T00:00:01Z")).toEqual([["ACTIVE", "::1", "a", "::2", "b"]]);
    expect(await clean("2026-09-29T00:00:01Z")).toEqual([["ACTIVE", null, null, "::2", "b"]]);
    expect(await clean("2026-09-30T00:00:01Z")).toEqual([["ACTIVE", null, null, null, null]]);
    expect(id).toBeDefined();
  });

  test("ends the worker by a signal: the mails in flight are finished, and no other one is begun", async () => {
    await feature(t.db, "2026-10-07", ["first"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, 30);
    const smtp = await createTestSmtp();
    smtp.delayMs = 300;
    await planDigests(t.db, new Date(), log);
    const stop = new AbortController();
    const mailer = createMailer({ ...settings, smtpUrl: smtp.url });
    const running = runDigests(t.db, { mailer, renderers: plainRenderers, settings, log }, stop.signal);
    while (smtp.received.length < 4) await sleep(5);
    stop.abort();
    await running;
    expect(smtp.accepted().length).toBeLessThan(9);
    const states = (await ledger(t.db)).map(({ status }) => status);
    expect(states.filter((status) => status === "SENT")).toHaveLength(smtp.accepted().length);
    expect(states.filter((status) => status === "QUEUED")).toHaveLength(30 - smtp.accepted().length);
    await smtp.close();
  });
});
