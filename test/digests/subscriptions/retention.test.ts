import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { millisecondsInDay } from "date-fns/constants";
import { runDigestCommand } from "../../../src/digests/digest.command";
import { forgetOldMails } from "../../../src/digests/outbox/outbox.retention";
import { forgetOldData } from "../../../src/digests/subscriptions/retention.service";
import { createMailer } from "../../../src/digests/transport/mailer";
import { plainRenderers, sendAll, settings, subscribe } from "../../support/digests";
import { manySignups } from "../../support/limits";
import { readConsentVersion } from "../../support/pages";
import { temporaryFolder } from "../../support/processes";
import { createTestSmtp } from "../../support/smtp";
import { useApi } from "../../support/use-api";

const ADDRESS = "203.0.113.77";
const AGENT = "Browser/77 (of a reader)";
describe("what is known of readers", () => {
  const t = useApi({ limits: manySignups, digests: settings, trustProxy: (_, hop) => hop < 1 });
  let consentVersion: string;
  beforeAll(async () => {
    consentVersion = await readConsentVersion(t.api);
  });
  afterEach(() => t.db.reset());

  const post = (url: string, form: object = {}) =>
    t.api.http().post(url).set({ "x-forwarded-for": ADDRESS, "user-agent": AGENT }).type("form").send(form).expect(200);
  const ask = (email: string) =>
    post("/digest", { email, frequency: "DAILY", timeZone: "UTC", hour: "7", consentVersion });
  /** Each to the end of its confirmation. */
  const confirm = async () => {
    const mails = await sendAll(t.db, settings, new Date());
    for (const { token } of mails) await post(`/digest/confirm/${token}`);
    return mails;
  };
  const inDays = (days: number) => new Date(Date.now() + days * millisecondsInDay);
  const erase = (email: string, outbox = "") =>
    runDigestCommand(t.db, ["erase", email], {
      settings: { ...settings, outbox },
      renderers: plainRenderers,
      now: new Date(),
    });

  /** Every row of every table, as text; bytes are in hexadecimal digits. */
  async function dump(): Promise<string> {
    const tables = await t.db.run<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    );
    expect(tables.length).toBeGreaterThan(20);
    const rows = await Promise.all(
      tables.map(({ name }) => t.db.run<{ row: string }>(`select '${name}' || t::text as row from ${name} t`)),
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
    const carl = (await t.db.run<{ id: number }>("select id from digest_subscriptions where email like 'carl%'"))[0]!
      .id;
    const carls = mails.find(({ to }) => to.startsWith("carl"))!;
    await t.db.run("update digest_subscriptions set status = 'UNSUBSCRIBED', updated_at = now() where id = $1", [carl]);
    await ask("carl@example.org");
    await t.db.run(
      "update digest_subscriptions set status = 'SUPPRESSED', updated_at = now() where email like 'emil%'",
    );
    await t.db.run("insert into digest_events (id) values ('msg_1')");
    const before = await dump();
    for (const known of [ADDRESS, AGENT, "bob@example.org", carls.to, "emil@example.org", "msg_1"]) {
      expect([known, holds(before, known)]).toEqual([known, true]);
    }
    await erase("dora@example.org");
    expect(holds(await dump(), "dora")).toBe(false);

    await forgetOldData(t.db, inDays(91));
    const quarter = await dump();
    for (const gone of [ADDRESS, AGENT, "bob@", "msg_1"]) expect([gone, holds(quarter, gone)]).toEqual([gone, false]);
    expect(holds(quarter, carls.to)).toBe(true);

    await forgetOldData(t.db, inDays(400));
    const year = await dump();
    for (const gone of [ADDRESS, AGENT, "bob@", "carl@", "dora@", "emil@", "msg_1"]) {
      expect([gone, holds(year, gone)]).toEqual([gone, false]);
    }
    // Who still reads is still known, and can be written to.
    expect(await t.db.run("select email, status from digest_subscriptions")).toEqual([
      { email: "ada@example.org", status: "ACTIVE" },
    ]);
    expect(await t.db.run("select reason from digest_suppressions")).toEqual([{ reason: "ERASURE" }]);
  });

  test("is kept for a week after the latest request, not the first: the link of a later mail works for its two days", async () => {
    await ask("ada@example.org");
    await t.db.run("update digest_subscriptions set requested_at = requested_at - interval '6 days 23 hours'");
    await ask("ada@example.org");
    const [mail] = await sendAll(t.db, settings, new Date());
    await forgetOldData(t.db, inDays(2 / 24));
    await post(`/digest/confirm/${mail!.token}`);
    expect(await t.db.run("select status from digest_subscriptions")).toEqual([{ status: "ACTIVE" }]);
    await ask("bob@example.org");
    await forgetOldData(t.db, inDays(7.1));
    expect(await t.db.run("select email from digest_subscriptions")).toEqual([{ email: "ada@example.org" }]);
  });

  test("ends while others ask again and again: where the first request came from is not kept with the latest", async () => {
    await ask("ada@example.org");
    const again = { email: "ada@example.org", frequency: "DAILY", timeZone: "UTC", hour: "7", consentVersion };
    await t.api.http().post("/digest").set("user-agent", "another").type("form").send(again).expect(200);
    await forgetOldData(t.db, inDays(6));
    const known = await t.db.run("select request_address, request_user_agent from digest_subscriptions");
    expect(known).toEqual([{ request_address: expect.not.stringContaining(ADDRESS), request_user_agent: "another" }]);
  });

  test("is found to be erased as the version before wrote it beside this one, during an upgrade", async () => {
    for (const [email, fold] of [
      ["a.d.a@gmail.com", "a.d.a@gmail.com"],
      ["ada@googlemail.com", "ada@googlemail.com"],
      ["b-ob@pm.me", "b-ob@pm.me"],
      [".@gmail.com", ".@gmail.com"],
    ]) {
      await subscribe(t.db, 1, { email, email_fold: fold });
    }
    await forgetOldData(t.db, new Date());
    await erase("ada@gmail.com");
    await erase("bob@proton.me");
    expect(await t.db.run("select email_fold from digest_subscriptions")).toEqual([{ email_fold: ".@gmail.com" }]);
  });

  test("stays out of what is only waiting to be sent: a request's origin goes with it after a week", async () => {
    await subscribe(t.db, 1, { email: "ada@example.org", status: "UNSUBSCRIBED" });
    await ask("ada@example.org");
    expect(holds(await dump(), ADDRESS)).toBe(true);
    await forgetOldData(t.db, inDays(8));
    expect(holds(await dump(), ADDRESS)).toBe(false);
  });

  test("leaves the outbox, too: by erasing, or after a month", async () => {
    const { folder, remove } = await temporaryFolder();
    const outbox = path.join(folder, "outbox");
    await mkdir(outbox);
    const mailTo = (to: string) => `To: ${to}\r\nSubject: papers\r\n\r\ntext`;
    await writeFile(path.join(outbox, "1.eml"), mailTo("Ada+x@example.org"));
    await writeFile(path.join(outbox, "2.eml"), mailTo("bob@example.org"));
    await writeFile(path.join(outbox, "5.eml"), mailTo("info@xn--mnchen-3ya.de"));
    await writeFile(path.join(outbox, "3.eml.new"), "half");
    await writeFile(path.join(outbox, "notes.txt"), "mine");
    await erase("ada@example.org", outbox);
    await erase("info@xn--mnchen-3ya.de", outbox);
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
      from: settings.from.digest,
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
