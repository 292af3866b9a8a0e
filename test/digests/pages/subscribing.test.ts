import { maskAddress } from "../../../src/digests/subscriptions/address";
import { good, usePages } from "./use-pages";

describe("the pages for digests", () => {
  const { t, http, subscribed, row, status, consentVersion } = usePages();

  describe("subscribing", () => {
    test("asks to look into the inbox, and records what was agreed to", async () => {
      const version = await consentVersion();
      const answer = await http()
        .post("/digest")
        .set("user-agent", "Browser")
        .type("form")
        .send({ ...good, categories: "cs.cl", consentVersion: version });
      expect(answer.status).toBe(200);
      expect(answer.text).toContain("<h1>Check your inbox</h1>");
      expect(await row()).toMatchObject({
        email: "ada@example.org",
        status: "PENDING",
        time_zone: "Europe/Berlin",
        hour: 8,
        filter: { keywords: ["agents"], categories: ["cs.CL"] },
        consent_version: version,
        request_address: "127.0.0.1",
        request_user_agent: "Browser",
      });
    });

    test("answers the same for an address that is subscribed as for a new one", async () => {
      const form = { ...good, consentVersion: await consentVersion() };
      const fresh = await http().post("/digest").type("form").send(form);
      await t.db.run("update digest_subscriptions set status = 'ACTIVE'");
      const known = await http().post("/digest").type("form").send(form);
      expect(known.text).toBe(fresh.text);
      expect(known.status).toBe(fresh.status);
    });

    test("says what is wrong on top and at each field, and keeps what was entered", async () => {
      const answer = await http()
        .post("/digest")
        .type("form")
        .send({ ...good, email: "ada@", timeZone: "Mars/Olympus", keywords: "<b>" });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain("<title>Error: ");
      expect(answer.text).toMatch(/role="alert"[\s\S]*href="#email"[\s\S]*href="#timeZone"/);
      expect(answer.text).toMatch(
        /id="email" name="email" aria-describedby="email-error" aria-invalid="true" value="ada@"/,
      );
      expect(answer.text).toMatch(
        /aria-describedby="timeZone-hint timeZone-error" aria-invalid="true" value="Mars\/Olympus"/,
      );
      expect(answer.text).toContain("&lt;b&gt;</textarea>");
      expect(await row()).toBeUndefined();
    });

    test.each([
      ["an address with a line break", { email: "ada@example.org\r\nBcc: bob@example.org" }],
      ["an address that is too long", { email: `${"a".repeat(250)}@example.org` }],
      ["an hour that is none", { hour: "24" }],
      ["an offset as a time zone", { timeZone: "+02:00" }],
      ["a frequency that is none", { frequency: "HOURLY" }],
      ["21 keywords", { keywords: Array.from({ length: 21 }, (_, i) => `word ${i}`).join("\n") }],
      ["a keyword of 101 characters", { keywords: "a".repeat(101) }],
      ["a keyword that PostgreSQL cannot hold", { keywords: "a\u0000b" }],
      ["an older text of consent", { consentVersion: "2020-01" }],
    ])("refuses %s", async (_, over) => {
      const answer = await http()
        .post("/digest")
        .type("form")
        .send({ ...good, consentVersion: await consentVersion(), ...over });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain("There is a problem");
      expect(await row()).toBeUndefined();
    });

    test("says of each field that is missing what to enter there", async () => {
      const { status, text } = await http().post("/digest").type("form").send({});
      expect(status).toBe(422);
      expect([...text.matchAll(/<li>(?:<a[^>]*>)?([^<]*)/g)].map(([, message]) => message)).toEqual([
        "Enter your address, e.g. name@example.org.",
        "“How often” must be one of DAILY, WEEKDAYS, WEEKLY, MONTHLY.",
        "Enter a time zone, e.g. Europe/Berlin.",
        "“Time of day” must be a whole number from 0 to 23.",
        "The text that you agree to has changed. Read it below and send the form again.",
      ]);
    });

    test.each([
      ["email", "", "Enter your address, e.g. name@example.org."],
      ["email", " \u200b ", "Enter your address, e.g. name@example.org."],
      ["email", "mailto:", "It is empty. It must be one mail address, e.g. name@example.org."],
      ["timeZone", "", "Enter a time zone, e.g. Europe/Berlin."],
      ["frequency", "", "“How often” must be one of DAILY, WEEKDAYS, WEEKLY, MONTHLY."],
      ["hour", "", "“Time of day” must be a whole number from 0 to 23."],
    ])("says of %s %j, which is as good as empty, what to enter there", async (field, value, message) => {
      const form = { ...good, consentVersion: await consentVersion(), [field]: value };
      const { status, text } = await http().post("/digest").type("form").send(form);
      expect(status).toBe(422);
      expect([...text.matchAll(/<li><a[^>]*>([^<]*)/g)].map(([, said]) => said)).toEqual([message]);
    });

    test("says which keyword no paper can match", async () => {
      const answer = await http()
        .post("/digest")
        .type("form")
        .send({ ...good, consentVersion: await consentVersion(), keywords: "agents\nIT" });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain("&quot;IT&quot; holds only words too common to search for.");
      expect(await row()).toBeUndefined();
    });

    test("takes forms alone, of at most 10 kB", async () => {
      const long = await http()
        .post("/digest")
        .type("form")
        .send({ ...good, keywords: "a".repeat(10_300) });
      expect(long.status).toBe(413);
      expect(long.text).toContain("<h1>This is too long</h1>");
      const json = await http().post("/digest").send(good);
      expect(json.status).toBe(415);
      expect(json.text).toContain("<h1>This could not be read</h1>");
      expect((await http().post("/digest")).status).toBe(422);
    });
  });

  describe("confirming", () => {
    test("happens by the button, once", async () => {
      const token = await subscribed("PENDING", "CONFIRM");
      const page = await http().get(`/digest/confirm/${token}`);
      expect(page.text).toContain(maskAddress("ada@example.org"));
      expect(page.text.match(/<button/g)).toHaveLength(1);
      expect(await status()).toBe("PENDING");
      expect((await http().post(`/digest/confirm/${token}`).type("form").send("")).text).toContain(
        "You are subscribed",
      );
      expect(await row()).toMatchObject({ status: "ACTIVE", confirm_address: "127.0.0.1" });
      for (const again of [
        await http().post(`/digest/confirm/${token}`),
        await http().get(`/digest/confirm/${token}`),
      ]) {
        expect(again.status).toBe(410);
        expect(again.text).toContain("used already");
      }
    });

    test("links to the management page, which opens", async () => {
      const token = await subscribed("PENDING", "CONFIRM");
      const { text } = await http().post(`/digest/confirm/${token}`);
      const [, managing] = /href="\.\.\/manage\/([^"]+)"/.exec(text) ?? [];
      expect((await http().get(`/digest/manage/${managing}`)).text).toContain(maskAddress("ada@example.org"));
    });

    test("opens nothing for an address that was suppressed in the meantime", async () => {
      const token = await subscribed("SUPPRESSED", "CONFIRM");
      expect((await http().get(`/digest/confirm/${token}`)).status).toBe(404);
      expect((await http().post(`/digest/confirm/${token}`)).status).toBe(404);
      expect(await status()).toBe("SUPPRESSED");
    });

    test("is refused after 48 hours, and says to subscribe again", async () => {
      const token = await subscribed("PENDING", "CONFIRM");
      await t.db.run("update digest_tokens set expires_at = now() - interval '1 second'");
      for (const late of [
        await http().get(`/digest/confirm/${token}`),
        await http().post(`/digest/confirm/${token}`),
      ]) {
        expect(late.status).toBe(410);
        expect(late.text).toMatch(/too old[\s\S]*href="..\/..\/digest"/);
      }
      expect(await status()).toBe("PENDING");
    });

    test("a token of another kind, or an unknown one, opens nothing", async () => {
      const managing = await subscribed("PENDING");
      for (const token of [managing, "nothing", "%00", "x".repeat(90), "x".repeat(5000)]) {
        expect((await http().get(`/digest/confirm/${token}`)).status).toBe(404);
        expect((await http().post(`/digest/confirm/${token}`)).status).toBe(404);
      }
      expect(await status()).toBe("PENDING");
    });
  });
});
