import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import request from "supertest";
import { runDigestCommand } from "../src/digests/digest.command";
import { createMailer } from "../src/digests/mailer";
import { forgetOldMails } from "../src/digests/outbox/outbox.retention";
import { forgetOldData } from "../src/digests/retention.service";
import { defaultLimits } from "../src/limits";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { plainRenderers, sendAll, settings, subscribe } from "./support/digests";
import { temporaryFolder } from "./support/processes";
import { createTestSmtp } from "./support/smtp";

const ADDRESS = "203.0.113.77";
const AGENT = "Browser/77 (of a reader)";
const DAY_MS = 24 * 60 * 60_000;

describe("what is known of readers", () => {
  let db: TestDatabase;
  let api: TestApi;
  let consentVersion: string;
  beforeAll(async () => {
    db = await createTestDatabase();
    const limits = { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0 };
    api = await startApi(db, { limits, digests: settings, trustProxy: (_, hop) => hop < 1 });
    [, consentVersion] = /name="consentVersion" value="([^"]+)"/.exec(
      (await request(api.server.server).get("/digest")).text,
    ) as unknown as [string, string];
  });
  afterEach(() => db.reset());
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const post = (url: string, form: object = {}) =>
    request(api.server.server)
      .post(url)
      .set({ "x-forwarded-for": ADDRESS, "user-agent": AGENT })
      .type("form")
      .send(form)
      .expect(200);
  const ask = (email: string) =>
    post("/digest", { email, frequency: "DAILY", timeZone: "UTC", hour: "7", consentVersion });
  /** Each to the end of its confirmation. */
  const confirm = async () => {
    const mails = await sendAll(db, settings, new Date());
    for (const { token } of mails) await post(`/digest/confirm/${token}`);
    return mails;
  };
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
  const erase = (email: string, outbox = "") =>
    runDigestCommand(db, ["erase", email], {
      settings: { ...settings, outbox },
      renderers: plainRenderers,
      now: new Date(),
    });

  /** Every row of every table, as text; bytes are in hexadecimal digits. */
  async function dump(): Promise<string> {
    const tables = await db.run<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    );
    expect(tables.length).toBeGreaterThan(20);
    const rows = await Promise.all(
      tables.map(({ name }) => db.run<{ row: string }>(`select '${name}' || t::text as row from ${name} t`)),
    );
    return rows
      .flat()
      .map(({ row }) => row)
      .join("\n");
  }
  const holds = (text: string, secret: string) =>
    [secret, Buffer.from(secret).toString("hex"), encodeURIComponent(secret)].some((form) =>
      text.toLowerCase().includes(form.toLowerCase()),
    );

  test("ends by its terms: after 400 days nothing tells from where a reader asked, nor who left", async () => {
    for (const name of ["ada", "carl", "dora", "emil"]) await ask(`${name}@example.org`);
    const mails = await confirm();
    // Asked again: a subscriber, and somebody who never confirms.
    for (const name of ["ada", "bob", "bob"]) await ask(`${name}@example.org`);
    const carl = (await db.run<{ id: number }>("select id from digest_subscriptions where email like 'carl%'"))[0]!.id;
    const carls = mails.find(({ to }) => to.startsWith("carl"))!;
    await db.run("update digest_subscriptions set status = 'UNSUBSCRIBED', updated_at = now() where id = $1", [carl]);
    await ask("carl@example.org");
    await db.run("update digest_subscriptions set status = 'SUPPRESSED', updated_at = now() where email like 'emil%'");
    await db.run("insert into digest_events (id) values ('msg_1')");
    const before = await dump();
    for (const known of [ADDRESS, AGENT, "bob@example.org", carls.to, "emil@example.org", "msg_1"]) {
      expect([known, holds(before, known)]).toEqual([known, true]);
    }
    await erase("dora@example.org");
    expect(holds(await dump(), "dora")).toBe(false);

    await forgetOldData(db, inDays(91));
    const quarter = await dump();
    for (const gone of [ADDRESS, AGENT, "bob@", "msg_1"]) expect([gone, holds(quarter, gone)]).toEqual([gone, false]);
    expect(holds(quarter, carls.to)).toBe(true);

    await forgetOldData(db, inDays(400));
    const year = await dump();
    for (const gone of [ADDRESS, AGENT, "bob@", "carl@", "dora@", "emil@", "msg_1"]) {
      expect([gone, holds(year, gone)]).toEqual([gone, false]);
    }
    // Who still reads is still known, and can be written to.
    expect(await db.run("select email, status from digest_subscriptions")).toEqual([
      { email: "ada@example.org", status: "ACTIVE" },
    ]);
    expect(await db.run("select reason from digest_suppressions")).toEqual([{ reason: "ERASURE" }]);
  });

  test("is kept for a week after the latest request, not the first: the link of a later mail works for its two days", async () => {
    await ask("ada@example.org");
    await db.run("update digest_subscriptions set requested_at = requested_at - interval '6 days 23 hours'");
    await ask("ada@example.org");
    const [mail] = await sendAll(db, settings, new Date());
    await forgetOldData(db, inDays(2 / 24));
    await post(`/digest/confirm/${mail!.token}`);
    expect(await db.run("select status from digest_subscriptions")).toEqual([{ status: "ACTIVE" }]);
    await ask("bob@example.org");
    await forgetOldData(db, inDays(7.1));
    expect(await db.run("select email from digest_subscriptions")).toEqual([{ email: "ada@example.org" }]);
  });

  test("ends while others ask again and again: where the first request came from is not kept with the latest", async () => {
    await ask("ada@example.org");
    const again = { email: "ada@example.org", frequency: "DAILY", timeZone: "UTC", hour: "7", consentVersion };
    await request(api.server.server).post("/digest").set("user-agent", "another").type("form").send(again).expect(200);
    await forgetOldData(db, inDays(6));
    const known = await db.run("select request_address, request_user_agent from digest_subscriptions");
    expect(known).toEqual([{ request_address: expect.not.stringContaining(ADDRESS), request_user_agent: "another" }]);
  });

  test("is found to be erased as the version before wrote it beside this one, during an upgrade", async () => {
    for (const [email, fold] of [
      ["a.d.a@gmail.com", "a.d.a@gmail.com"],
      ["ada@googlemail.com", "ada@googlemail.com"],
      ["b-ob@pm.me", "b-ob@pm.me"],
      [".@gmail.com", ".@gmail.com"],
    ]) {
      await subscribe(db, 1, { email, email_fold: fold });
    }
    await forgetOldData(db, new Date());
    await erase("ada@gmail.com");
    await erase("bob@proton.me");
    expect(await db.run("select email_fold from digest_subscriptions")).toEqual([{ email_fold: ".@gmail.com" }]);
  });

  test("stays out of what is only waiting to be sent: a request's origin goes with it after a week", async () => {
    await subscribe(db, 1, { email: "ada@example.org", status: "UNSUBSCRIBED" });
    await ask("ada@example.org");
    expect(holds(await dump(), ADDRESS)).toBe(true);
    await forgetOldData(db, inDays(8));
    expect(holds(await dump(), ADDRESS)).toBe(false);
  });

  test("leaves the outbox, too: by erasing, or after a month", async () => {
    const { folder, remove } = await temporaryFolder();
    const outbox = path.join(folder, "outbox");
    await mkdir(outbox);
    const mailTo = (to: string) => `To: ${to}\r\nSubject: papers\r\n\r\ntext`;
    await writeFile(path.join(outbox, "1.eml"), mailTo("Ada+x@example.org"));
    await writeFile(path.join(outbox, "2.eml"), mailTo("bob@example.org"));
    await writeFile(path.join(outbox, "3.eml.new"), "half");
    await writeFile(path.join(outbox, "notes.txt"), "mine");
    await erase("ada@example.org", outbox);
    expect(await readdir(outbox)).toEqual(["2.eml", "3.eml.new", "notes.txt"]);
    for (const file of await readdir(outbox)) await utimes(path.join(outbox, file), inDays(-31), inDays(-31));
    await writeFile(path.join(outbox, "4.eml"), mailTo("bob@example.org"));
    await forgetOldMails(outbox, new Date());
    expect(await readdir(outbox)).toEqual(["4.eml", "notes.txt"]);
    await forgetOldMails(path.join(folder, "nowhere"), new Date());
    await remove();
  });

  test("goes in the clear to a mail server on this machine alone, unless its URL says so", async () => {
    const smtp = await createTestSmtp();
    const { port } = new URL(smtp.url);
    const mail = {
      deliveryId: 1,
      from: "digest@papers.example",
      to: "ada@example.org",
      date: new Date(),
      messageId: "<1@papers.example>",
      headers: {},
      content: { subject: "s", text: "t", html: "h" },
    };
    const send = async (smtpUrl: string) => {
      const mailer = createMailer({ ...settings, smtpUrl });
      const { kind } = await mailer.send(mail);
      mailer.close();
      return kind;
    };
    // An address that leads here, too, and is not taken for this machine. The server offers no TLS, as if somebody had hidden it.
    const elsewhere = `smtp://0.0.0.0:${port}`;
    expect(await send(elsewhere)).toBe("FAILED");
    expect(await send(`${elsewhere}?requireTLS=true`)).toBe("FAILED");
    expect(smtp.received).toEqual([]);
    expect(await send(`${elsewhere}?requireTLS=false`)).toBe("ACCEPTED");
    expect(await send(`smtp://localhost:${port}`)).toBe("ACCEPTED");
    await smtp.close();
  });
});
