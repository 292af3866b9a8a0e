import { Webhook } from "standardwebhooks";
import { readConfig } from "../../../src/config/config";
import { runDigestCommand } from "../../../src/digests/digest.command";
import { maskAddress } from "../../../src/digests/subscriptions/address";
import { EVENTS_SECRET, plainRenderers, settings } from "../../support/digests";
import { manySignups } from "../../support/limits";
import { readConsentVersion } from "../../support/pages";
import { useApi } from "../../support/use-api";

const t = useApi({ limits: manySignups, digests: { ...settings, eventsSecret: EVENTS_SECRET } });
afterEach(() => t.db.reset());
afterAll(() => expect(t.api.logged).toEqual([]));

const http = () => t.api.http();
const consentVersion = () => readConsentVersion(t.api);

describe("a mail address", () => {
  /** Null where the entry point takes it, else what it says. */
  const entryPoints: Record<string, (email: string) => Promise<string | null>> = {
    mutation: async (email) => {
      const mutation = `mutation ($email: EmailAddress!) {
        subscribeToDigest(input: { email: $email, consentVersion: "1" }) { confirmationSent } }`;
      return (await t.api.ask(mutation, { email })).errors?.[0]?.message ?? null;
    },
    literal: async (email) => {
      const mutation = `mutation {
        subscribeToDigest(input: { email: ${JSON.stringify(email)}, consentVersion: "1" }) { confirmationSent } }`;
      return (await t.api.ask(mutation)).errors?.[0]?.message ?? null;
    },
    form: async (email) => {
      const form = { email, frequency: "DAILY", timeZone: "UTC", hour: "8", consentVersion: await consentVersion() };
      const { status, text } = await http().post("/digest").type("form").send(form);
      return status === 200 ? null : /id="email-error">(.*)<\/p>/.exec(text)![1]!;
    },
    event: async (email) => {
      const body = JSON.stringify({ type: "bounce.soft", data: { email } });
      const now = new Date();
      const headers = {
        "webhook-id": `event ${encodeURI(email)}`,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": new Webhook(EVENTS_SECRET).sign(`event ${encodeURI(email)}`, now, body),
      };
      const answer = await http().post("/digest/events").type("json").set(headers).send(body);
      return answer.status === 204 ? null : answer.body.message;
    },
    command: (email) =>
      runDigestCommand(t.db, ["erase", email], { settings, renderers: plainRenderers, now: new Date() }).then(
        () => null,
        (error) => error.message,
      ),
    setting: async (email) => {
      try {
        readConfig({ MAIL_FROM: email });
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
  const takenBy = async (email: string) => {
    const taken: string[] = [];
    for (const [entryPoint, takes] of Object.entries(entryPoints))
      if ((await takes(email)) === null) taken.push(entryPoint);
    return taken;
  };

  test.each([
    "a..b@example.com",
    ".a@example.com",
    "a.@example.com",
    ".@example.com",
    "a@b@example.com",
    '"a b"@example.com',
    "a@[127.0.0.1]",
    "a@example..com",
    "a@.example.com",
    "a@example.com.",
    "a@-example.com",
    `${"a".repeat(65)}@example.com`,
    `a@${"b.".repeat(125)}example.com`,
    "ä@example.com",
    "a(b)@example.com",
    "üser@example.org",
    "用户@例子.公司",
    "a@münchen%41.de",
    "a@ä..de",
    "ada@example.org, bob@example.org",
    "Lovelace, Ada <ada@example.org>",
    "Ada <ada@example.org> Lovelace",
    "Ada <ada@example.org>, Bob <bob@example.org>",
    `a@${"ä".repeat(64)}.de`,
    "ada@127.0.0.1",
    "ada@example.123",
    "ada@127.0x1",
    "ada@１２７.0.0.１",
    "ada＠bob@example.org",
    "mailto:ada",
    "mailto:ada%20lovelace@example.org",
    "https://ada@example.org",
  ])("%s is refused at every entry point", async (email) => {
    expect(await takenBy(email)).toEqual([]);
  });

  test.each(["a.b.c@example.com", "O'Brien+x/y=z@sub.example.com", "_@localhost", "!#$%&*-/=?^`{|}~@x-y.example"])(
    "%s is taken at every entry point",
    async (email) => {
      expect(await takenBy(email)).toEqual(Object.keys(entryPoints));
    },
  );

  test.each([
    ["info@münchen.de", "info@xn--mnchen-3ya.de"],
    ["info@MÜNCHEN.de", "info@xn--mnchen-3ya.de"],
    ["user@例子.公司", "user@xn--fsqu00a.xn--55qx5d"],
    ["user@faß.de", "user@xn--fa-hia.de"],
    ["ada@ｅｘａｍｐｌｅ．org", "ada@example.org"],
    ["Ada <ada@example.org>", "ada@example.org"],
    ["<ada@example.org>", "ada@example.org"],
    ['"Lovelace, Ada" <ada@example.org>', "ada@example.org"],
    ["Zoë <info@münchen.de>", "info@xn--mnchen-3ya.de"],
    [" ada@example.org ", "ada@example.org"],
    ["\u200bada@example.org\u200b", "ada@example.org"],
    ["a\u200bda\u00ad@exam\u200eple.org", "ada@example.org"],
    ["ad\u200da@example.org", "ada@example.org"],
    ["ada＠example.org", "ada@example.org"],
    ["Ada <ada﹫example.org>", "ada@example.org"],
    ["mailto:ada@example.org", "ada@example.org"],
    ["Ada <MAILTO:ada%2Bpapers@example.org?subject=Papers%20please>", "ada+papers@example.org"],
    ["ada@123.example", "ada@123.example"],
  ])("%s is %s, whichever entry point it comes through", async (email, kept) => {
    const known = () => t.db.run("select email, soft_bounces from digest_subscriptions");
    for (const entryPoint of ["mutation", "literal", "form"]) {
      expect(await entryPoints[entryPoint]!(email)).toBeNull();
      expect(await known()).toEqual([{ email: kept, soft_bounces: 0 }]);
      if (entryPoint !== "form") await t.db.reset();
    }
    expect(await entryPoints.event!(email)).toBeNull();
    expect(await known()).toEqual([{ email: kept, soft_bounces: 1 }]);
    expect(await entryPoints.command!(email)).toBeNull();
    expect(await known()).toEqual([]);
    expect(readConfig({ MAIL_FROM: email }).MAIL_FROM.address).toBe(kept);
  });

  test.each([
    ["üser@example.org", "The part before the @ has “ü”: letters beyond a to z there need mail servers with SMTPUTF8"],
    ["ada@example.org, bob@example.org", "is more than one"],
    ["Lovelace, Ada <ada@example.org>", "a name with a comma that is not in quotation marks"],
    ["ada.example.org", "It has no @."],
    ["ada@bob@example.org", "It has more than one @."],
    ["ada@example..org", "The part after the @ is not a domain name."],
    ["ada@example.org.", "The part after the @ ends with a full stop."],
    ["ada@example.org。", "The part after the @ ends with a full stop."],
    ["ada@127.0.0.1", "The part after the @ ends with a number, as no domain does."],
    ["ada@example.123", "The part after the @ ends with a number, as no domain does."],
    ["u\u0308ser@example.org", "The part before the @ has “ü”"],
    ["a\u2800@example.org", "The part before the @ has “U+2800”"],
    [`${"a".repeat(65)}@example.org`, "It has more than 64 characters before the @."],
    [`a@${"b.".repeat(126)}de`, "It has more than 254 characters."],
    ["Ada <ada@example.org> Lovelace", "Angle brackets go around the address."],
  ])("%s is refused by the same words at every entry point", async (email, problem) => {
    for (const refuses of Object.values(entryPoints)) {
      const said = await refuses(email);
      expect(said).toContain(problem);
      expect(said).toContain("It must be one mail address, e.g. name@example.org.");
    }
  });

  test("is shown in its own letters, where they lead back to it", async () => {
    expect(maskAddress("info@xn--mnchen-3ya.de")).toBe("i***@münchen.de");
    expect(maskAddress("info@xn--a.de")).toBe("i***@xn--a.de");
    const form = { frequency: "DAILY", timeZone: "UTC", hour: "8", consentVersion: await consentVersion() };
    const email = "info@xn--mnchen-3ya.de";
    const { text } = await http()
      .post("/digest")
      .type("form")
      .send({ ...form, email });
    expect(text).toContain("Look for a mail to <strong>info@münchen.de</strong>");
  });
});
