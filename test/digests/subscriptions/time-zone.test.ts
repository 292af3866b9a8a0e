import { NameZonesOfOffsets1791860000000 } from "../../../migrations/1791860000000-name-zones-of-offsets";
import { readTimeZone, TIME_ZONES } from "../../../src/inputs/time-zones";
import { withDataSource } from "../../support/data-source";
import { settings, subscribe, subscribeManaged } from "../../support/digests";
import { manySignups } from "../../support/limits";
import { useApi } from "../../support/use-api";

const t = useApi({ limits: manySignups, digests: settings });
afterEach(() => t.db.reset());
afterAll(() => expect(t.api.logged).toEqual([]));

const http = () => t.api.http();

describe("a time zone", () => {
  const UPDATE = `mutation ($token: String!, $zone: TimeZone) {
    updateDigestSubscription(input: { token: $token, timeZone: $zone }) { subscription { timeZone } } }`;
  const byMutation = async (token: string, zone: string) => {
    const { data } = await t.api.ask(UPDATE, { token, zone });
    return data?.updateDigestSubscription.subscription.timeZone ?? null;
  };
  const stored = async () => {
    const [row] = await t.db.run<{ time_zone: string }>("select time_zone from digest_subscriptions");
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
    [" Europe/Berlin ", "Europe/Berlin"],
    ["america/new york", "America/New_York"],
    ["America/New\u00a0York", "America/New_York"],
    ["Europe/Berlin\u200b", "Europe/Berlin"],
    ["\u202aEurope/\u200bBerlin\u202c", "Europe/Berlin"],
    ["Etc/GMT+5", "Etc/GMT+5"],
    ["America/Coyhaique", "America/Punta_Arenas"],
  ])("%s is %s, whichever entry point it comes through", async (zone, name) => {
    const token = await subscribeManaged(t.db);
    expect(await byMutation(token, zone)).toBe(name);
    expect(await stored()).toBe(name);
    expect(await byForm(token, zone)).toBe(name);
  });

  test.each([
    "+05:30",
    "-08",
    "UTC+1",
    "+0530",
    "GMT+05:30",
    "-0800",
    "PST",
    "IST",
    ..."EST MST HST CET MET EET WET EST5EDT CST6CDT MST7MDT PST8PDT GMT UCT gmt0 est".split(" "),
    ..."Japan Cuba GB GB-Eire NZ PRC ROC ROK W-SU Zulu Universal Berlin".split(" "),
    "E\u200bST",
    "SystemV/PST8",
    "Mars/Olympus",
    "",
    " ",
    "__proto__",
    "constructor",
  ])("%j is none", async (zone) => {
    const token = await subscribeManaged(t.db);
    expect([await byMutation(token, zone), await byForm(token, zone)]).toEqual([null, null]);
    expect(await stored()).toBe("UTC");
  });

  test("has one name, in however many ways it is spelt", async () => {
    const spelt = (i: number) =>
      [..."America/Argentina/Buenos_Aires"].map((c, n) => ((i >> (n % 11)) & 1 ? c.toUpperCase() : c.toLowerCase()));
    const spellings = new Set(Array.from({ length: 2000 }, (_, i) => spelt(i).join("")));
    expect(spellings.size).toBe(2000);
    expect(new Set([...spellings].map(readTimeZone))).toEqual(new Set(["America/Argentina/Buenos_Aires"]));
    // What libraries keep for each zone is made for names of this list alone.
    const names = [...TIME_ZONES, ...TIME_ZONES.map((zone) => zone.toUpperCase())];
    expect(new Set(names.map(readTimeZone))).toEqual(new Set(TIME_ZONES));
  });

  test("that is an offset is refused by the same words at every entry point", async () => {
    const token = await subscribeManaged(t.db);
    const why =
      "An offset is not a time zone, as it lacks the rules of daylight saving time. It must be an IANA time zone, e.g. Europe/Berlin.";
    for (const zone of ["+05:30", "-0800", "+05", "UTC+1"]) {
      expect((await t.api.ask(UPDATE, { token, zone })).errors![0]!.message).toContain(why);
      const form = { action: "save", frequency: "DAILY", weekday: "MONDAY", hour: "8", maxPapers: "5", timeZone: zone };
      expect((await http().post(`/digest/manage/${token}`).type("form").send(form)).text).toContain(why);
    }
  });

  test("that has no region is refused by the same words at every entry point", async () => {
    const token = await subscribeManaged(t.db);
    const why =
      "A name without a region, such as an abbreviation, is not a time zone. It must be an IANA time zone, e.g. Europe/Berlin.";
    for (const zone of ["EST", "CET", "Japan"]) {
      expect((await t.api.ask(UPDATE, { token, zone })).errors![0]!.message).toContain(why);
      const form = { action: "save", frequency: "DAILY", weekday: "MONDAY", hour: "8", maxPapers: "5", timeZone: zone };
      expect((await http().post(`/digest/manage/${token}`).type("form").send(form)).text).toContain(why);
      const signup = { email: "a@b.test", frequency: "DAILY", hour: "8", keywords: "", timeZone: zone };
      expect((await http().post("/digest").type("form").send(signup)).text).toContain(why);
    }
  });

  test("is decided by our own list, which Node computes with and has no more than", () => {
    const made = jest.spyOn(Intl, "DateTimeFormat");
    for (const text of ["+05:30", "PST", "Europe/Kiev", "europe/berlin"]) {
      try {
        readTimeZone(text);
      } catch {}
    }
    expect(made).toHaveBeenCalledTimes(0);
    made.mockRestore();
    for (const timeZone of TIME_ZONES) expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow();
    const known = new Set(TIME_ZONES);
    for (const zone of Intl.supportedValuesOf("timeZone")) expect(known).toContain(readTimeZone(zone));
  });

  test.each([
    ["+05:30", "Asia/Kolkata"],
    ["+0530", "Asia/Kolkata"],
    ["-0800", "Etc/GMT+8"],
    ["+02", "Etc/GMT-2"],
    ["+14:00", "Etc/GMT-14"],
    ["-00:00", "UTC"],
    ["+23:59", "UTC"],
    ["Asia/Tokyo", "Asia/Tokyo"],
  ])("that was stored as %s is %s now, and one that waits to be confirmed, too", async (time_zone, zone) => {
    const [id] = await subscribe(t.db, 1, { time_zone });
    await t.db.run(
      "insert into digest_deliveries (subscription_id, kind, period_key, request) values ($1, 'CONFIRMATION', '1', $2)",
      [id, { timeZone: time_zone, hour: 7 }],
    );
    await withDataSource(t.db.url, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      await new NameZonesOfOffsets1791860000000().up(runner);
      await runner.release();
    });
    expect(await stored()).toBe(zone);
    expect(readTimeZone(zone)).toBe(zone);
    const [{ request: asked }] = (await t.db.run<[{ request: object }][0]>(
      "select request from digest_deliveries",
    )) as [{ request: object }];
    expect(asked).toEqual({ timeZone: zone, hour: 7 });
  });

  test("is kept once by what computes with it", async () => {
    const token = await subscribeManaged(t.db);
    const hour = (zone: string) =>
      t.api.data(UPDATE.replace("timeZone: $zone", "timeZone: $zone, hour: 9"), { token, zone });
    await hour("Asia/Tokyo");
    const made = jest.spyOn(Intl, "DateTimeFormat");
    for (let i = 0; i < 64; i++) {
      await hour([..."asia/tokyo"].map((c, n) => ((i >> n) & 1 ? c.toUpperCase() : c)).join(""));
    }
    expect(made).toHaveBeenCalledTimes(0);
    made.mockRestore();
  });
});
