import { Webhook } from "standardwebhooks";
import request from "supertest";
import { readConfig } from "../src/config";
import { runDigestCommand } from "../src/digests/digest.command";
import { issueToken, randomToken } from "../src/digests/token.service";
import { defaultLimits } from "../src/limits";
import { canonicalTimeZone, TIME_ZONES } from "../src/time-zones";
import { runTokenCommand } from "../src/users/token-command";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { plainRenderers, settings, subscribe } from "./support/digests";

const EVENTS_SECRET = `whsec_${Buffer.from("a secret of twenty-four bytes or more").toString("base64")}`;
const limits = { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0 };

let db: TestDatabase;
let api: TestApi;
beforeAll(async () => {
  db = await createTestDatabase();
  api = await startApi(db, { limits, digests: { ...settings, eventsSecret: EVENTS_SECRET } });
});
afterEach(() => db.reset());
afterAll(async () => {
  expect(api.logged).toEqual([]);
  await api.close();
  await db.close();
});

const http = () => request(api.server.server);
const managed = async () => {
  const [id] = await subscribe(db, 1);
  const token = randomToken();
  await issueToken(db, id!, "MANAGE", token);
  return token;
};
const consentVersion = async () =>
  /name="consentVersion" value="([^"]+)"/.exec((await http().get("/digest")).text)![1]!;

describe("a mail address", () => {
  /** Whether each door takes it. */
  const doors: Record<string, (email: string) => Promise<boolean>> = {
    mutation: async (email) => {
      const mutation = `mutation ($email: EmailAddress!) {
        subscribeToDigest(input: { email: $email, consentVersion: "1" }) { confirmationSent } }`;
      return (await api.ask(mutation, { email })).errors === undefined;
    },
    literal: async (email) => {
      const mutation = `mutation {
        subscribeToDigest(input: { email: ${JSON.stringify(email)}, consentVersion: "1" }) { confirmationSent } }`;
      return (await api.ask(mutation)).errors === undefined;
    },
    form: async (email) => {
      const form = { email, frequency: "DAILY", timeZone: "UTC", hour: "8", consentVersion: await consentVersion() };
      return (await http().post("/digest").type("form").send(form)).status === 200;
    },
    event: async (email) => {
      const body = JSON.stringify({ type: "bounce.soft", data: { email } });
      const now = new Date();
      const headers = {
        "webhook-id": `event ${email}`,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": new Webhook(EVENTS_SECRET).sign(`event ${email}`, now, body),
      };
      return (await http().post("/digest/events").type("json").set(headers).send(body)).status === 204;
    },
    command: (email) =>
      runDigestCommand(db, ["erase", email], { settings, renderers: plainRenderers, now: new Date() }).then(
        () => true,
        () => false,
      ),
    setting: async (email) => {
      try {
        return readConfig({ MAIL_FROM: email }).MAIL_FROM === email;
      } catch {
        return false;
      }
    },
  };
  const takenBy = async (email: string) => {
    const taken: string[] = [];
    for (const [door, takes] of Object.entries(doors)) if (await takes(email)) taken.push(door);
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
  ])("%s is refused at every door", async (email) => {
    expect(await takenBy(email)).toEqual([]);
  });

  test.each(["a.b.c@example.com", "O'Brien+x/y=z@sub.example.com", "_@localhost", "!#$%&*-/=?^`{|}~@x-y.example"])(
    "%s is taken at every door",
    async (email) => {
      expect(await takenBy(email)).toEqual(Object.keys(doors));
    },
  );
});

describe("a time zone", () => {
  const UPDATE = `mutation ($token: String!, $zone: TimeZone) {
    updateDigestSubscription(input: { token: $token, timeZone: $zone }) { subscription { timeZone } } }`;
  const byMutation = async (token: string, zone: string) => {
    const { data } = await api.ask(UPDATE, { token, zone });
    return data?.updateDigestSubscription.subscription.timeZone ?? null;
  };
  const stored = async () => {
    const [row] = await db.run<{ time_zone: string }>("select time_zone from digest_subscriptions");
    return row!.time_zone;
  };
  const byForm = async (token: string, timeZone: string) => {
    const form = { action: "save", frequency: "DAILY", weekday: "MONDAY", hour: "8", maxPapers: "5", minUpvotes: "" };
    const answer = await http()
      .post(`/digest/manage/${token}`)
      .type("form")
      .send({ ...form, hasCode: "", timeZone });
    return answer.status === 303 ? stored() : null;
  };

  test.each([
    ["amERIcA/ARgEntina/comodrivadavia", "America/Argentina/Catamarca"],
    ["eUROPE/bERLIN", "Europe/Berlin"],
    ["Europe/Kiev", "Europe/Kyiv"],
    ["asia/calcutta", "Asia/Kolkata"],
    ["us/pacific", "America/Los_Angeles"],
    ["utc", "UTC"],
    ["Etc/UTC", "UTC"],
  ])("%s is %s, whichever door it comes through", async (zone, name) => {
    const token = await managed();
    expect(await byMutation(token, zone)).toBe(name);
    expect(await stored()).toBe(name);
    expect(await byForm(token, zone)).toBe(name);
  });

  test.each(["+05:30", "-08", "UTC+1", "+0530", "GMT+05:30", "Mars/Olympus", "", " ", "__proto__", "constructor"])(
    "%j is none",
    async (zone) => {
      const token = await managed();
      expect([await byMutation(token, zone), await byForm(token, zone)]).toEqual([null, null]);
      expect(await stored()).toBe("UTC");
    },
  );

  test("has one name, in however many ways it is spelt", async () => {
    const spelt = (i: number) =>
      [..."America/Argentina/Buenos_Aires"].map((c, n) => ((i >> (n % 11)) & 1 ? c.toUpperCase() : c.toLowerCase()));
    const spellings = new Set(Array.from({ length: 2000 }, (_, i) => spelt(i).join("")));
    expect(spellings.size).toBe(2000);
    expect(new Set([...spellings].map(canonicalTimeZone))).toEqual(new Set(["America/Argentina/Buenos_Aires"]));
    // What libraries keep for each zone is made for names of this list alone.
    const names = [...TIME_ZONES, ...TIME_ZONES.map((zone) => zone.toUpperCase())];
    expect(new Set(names.map(canonicalTimeZone))).toEqual(new Set(TIME_ZONES));
  });

  test("is kept once by what computes with it", async () => {
    const token = await managed();
    const hour = (zone: string) =>
      api.data(UPDATE.replace("timeZone: $zone", "timeZone: $zone, hour: 9"), { token, zone });
    await hour("Asia/Tokyo");
    const made = jest.spyOn(Intl, "DateTimeFormat");
    for (let i = 0; i < 64; i++) {
      await hour([..."asia/tokyo"].map((c, n) => ((i >> n) & 1 ? c.toUpperCase() : c)).join(""));
    }
    expect(made).toHaveBeenCalledTimes(0);
    made.mockRestore();
  });
});

describe("a name that every object has", () => {
  test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"])(
    "%s is no button, no command and no field",
    async (name) => {
      const token = await managed();
      const answer = await http().post(`/digest/manage/${token}`).type("form").send({ action: name });
      expect(answer.status).toBe(400);
      const body = `action=save&${name}=1`;
      expect((await http().post(`/digest/manage/${token}`).type("form").send(body)).status).toBe(422);
      expect((await http().post("/digest").type("form").send(`${name}=1`)).status).toBe(422);
      expect((await http().get(`/digest/manage/${token}?done=${name}`)).text).not.toContain("function");
      await expect(runTokenCommand(db, [name, "--name", "x"])).rejects.toThrow("Usage:");
    },
  );
});
