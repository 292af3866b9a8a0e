import { millisecondsInDay } from "date-fns/constants";
import { planDigests } from "../../src/digests/deliveries/plan.service";
import { Weekday } from "../../src/digests/digest.types";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import { createRandom } from "../fuzz/random";
import { readableLog, subscribe } from "../support/digests";
import { featured, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";

jest.setTimeout(600_000);

const MINUTE_MS = 60_000;
const PAPERS_A_DAY = process.env.SOAK ? 12 : 2;

/** Hours of zones, among them those that are 00:00 UTC: all year in Singapore, in summer in Berlin and in New York. */
const HOURS: Record<string, number[]> = process.env.SOAK
  ? {
      "Europe/Berlin": [0, 1, 2, 3, 7, 23],
      "America/New_York": [1, 2, 7, 19, 20, 21],
      "Asia/Singapore": [7, 8, 9],
      "Atlantic/Azores": [0, 23],
      "Asia/Kolkata": [5, 6],
      UTC: [0, 23],
    }
  : { "Europe/Berlin": [2, 7], "America/New_York": [20], "Asia/Singapore": [8] };

interface Digest {
  subscription: number;
  at: Date;
  feeds: string[];
  papers: string[];
}

interface Reader {
  id: number;
  frequency: string;
  timeZone: string;
  hour: number;
  maxPapers: number;
}

/** Each holds the changes of the clocks in Berlin and in New York, a few weeks apart. */
const SPANS: [from: string, to: string][] = process.env.SOAK
  ? [
      ["2025-09-01", "2025-11-28"],
      ["2026-02-02", "2026-04-30"],
    ]
  : [["2025-10-01", "2025-11-28"]];
const DAYS_TO_OUTAGE = process.env.SOAK ? 45 : 15;

describe.each(SPANS)("from %s to %s, with papers on weekdays", (from, to) => {
  const [start, end] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)];
  /** Nothing is planned or ranked in these two days. */
  const outage = Date.parse(`${from}T05:00:00Z`) + DAYS_TO_OUTAGE * millisecondsInDay;
  const isOut = (at: number) => at >= outage && at < outage + 2 * millisecondsInDay;

  const isSoonAfterOutage = (at: Date) => at.getTime() >= outage && at.getTime() < outage + 7 * millisecondsInDay;

  const t = useDatabase();
  let readers: Map<number, Reader>;
  let digests: Map<number, Digest[]>;
  const days = new Map<string, string[]>();
  const { log, lines } = readableLog();
  const random = createRandom(20_251_026);

  const publish = async () => {
    for (let at = start; at <= end; at += millisecondsInDay) {
      const day = new Date(at).toISOString().slice(0, 10);
      if ([0, 6].includes(new Date(at).getUTCDay())) continue;
      days.set(
        day,
        Array.from({ length: PAPERS_A_DAY }, (_, i) => `paper ${i + 1} of ${day}`),
      );
    }
    const items = [...days].flatMap(([day, titles]) =>
      titles.map((title, i) => ({
        record: sourceRecord({ title, upvotes: 100 - i, featured: featured(day) }),
        notes: [],
      })),
    );
    await importItems(t.db, items);
  };
  const enlist = async () => {
    const weekdays = process.env.SOAK ? Object.values(Weekday) : [Weekday.MONDAY, Weekday.TUESDAY, Weekday.FRIDAY];
    const schedules = [["DAILY"], ["WEEKDAYS"], ...weekdays.map((weekday) => ["WEEKLY", weekday]), ["MONTHLY"]];
    for (const [timeZone, hours] of Object.entries(HOURS)) {
      for (const hour of hours) {
        for (const [frequency, weekday = "MONDAY"] of schedules) {
          for (const max_papers of frequency === "WEEKDAYS" || process.env.SOAK ? [1000, PAPERS_A_DAY] : [1000]) {
            const when = { frequency, weekday, hour, time_zone: timeZone, confirmed_at: new Date(start) };
            await subscribe(t.db, 1, { ...when, max_papers, next_send_at: null });
          }
        }
      }
    }
    const rows = await t.db.run<Reader>(
      'select id, frequency, hour, time_zone as "timeZone", max_papers as "maxPapers" from digest_subscriptions',
    );
    readers = new Map(rows.map((row) => [row.id, row]));
  };
  /** Feeds are ranked and digests planned by loops of their own, each at its own seconds. */
  const live = async () => {
    let rankAt = start + 15_000;
    let planAt = start;
    while (planAt < end + 13 * millisecondsInDay) {
      if (rankAt < planAt) {
        if (!isOut(rankAt)) await rankFeeds(t.db, new Date(rankAt));
        // At a close once, then again at the end of the outage, as if it had been tried all the time.
        rankAt = isOut(rankAt)
          ? outage + 2 * millisecondsInDay
          : rankAt + millisecondsInDay - (rankAt % millisecondsInDay) + random.int(10_000, 30_000);
        continue;
      }
      await planDigests(t.db, new Date(planAt), log);
      await t.db.run("update digest_deliveries set status = 'SENT' where status = 'QUEUED'");
      const [due] = await t.db.run<{ at: Date }>("select min(next_send_at) as at from digest_subscriptions");
      const next = due!.at.getTime();
      const isAtClose = (next + 2 * MINUTE_MS) % millisecondsInDay < 4 * MINUTE_MS;
      planAt = next + (isAtClose ? random.int(0, 20_000) : 12 * MINUTE_MS);
      if (isOut(planAt)) planAt = outage + 2 * millisecondsInDay + random.int(1, 40_000);
    }
  };
  const read = () =>
    t.db.run<Digest>(`
      select d.subscription_id as subscription, d.created_at as at, d.feed_keys as feeds,
        array(select p.title from digest_delivery_papers e join papers p on p.id = e.paper_id
          where e.delivery_id = d.id order by e.rank, e.feed_key desc) as papers
      from digest_deliveries d order by d.id`);
  const of = (id: number) => digests.get(id) ?? [];

  beforeAll(async () => {
    await publish();
    await enlist();
    await live();
    const all = await read();
    digests = new Map([...readers.keys()].map((id) => [id, all.filter(({ subscription }) => subscription === id)]));
  });

  test("brings each paper to each reader once, whatever the frequency, the hour and the zone", () => {
    expect(lines).toEqual([]);
    const all = [...days.values()].flat().sort();
    for (const reader of readers.values()) {
      if (reader.maxPapers < 1000) continue;
      const got = of(reader.id).flatMap(({ papers }) => papers);
      expect([reader, got.sort()]).toEqual([reader, all]);
    }
  });

  test("brings the best of each digest's feeds to who takes few, and none twice", () => {
    for (const reader of readers.values()) {
      if (reader.maxPapers === 1000) continue;
      for (const { feeds, papers } of of(reader.id)) {
        const newestFirst = [...feeds].reverse().flatMap((day) => [...(days.get(day) ?? []).entries()]);
        const best = newestFirst.sort(([a], [b]) => a - b).map(([, title]) => title);
        // Weeks and months rank across their days.
        if (best.length > 0) expect(papers).toEqual(best.slice(0, reader.maxPapers));
        else expect(papers.length).toBeLessThanOrEqual(reader.maxPapers);
      }
      const got = of(reader.id).flatMap(({ papers }) => papers);
      expect(new Set(got).size).toBe(got.length);
    }
  });

  test("brings one digest a local day, at its hour, also when the clocks change", () => {
    for (const { id, timeZone, hour } of readers.values()) {
      const onTime = of(id).filter(({ at }) => !isSoonAfterOutage(at));
      const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
      const local = onTime.map(({ at }) => format.format(at));
      expect(new Set(local.map((time) => time.slice(0, 10))).size).toBe(local.length);
      for (const at of local) {
        const shown = Number(at.slice(11, 13));
        // In the hour that the clocks skip it comes an hour later.
        expect([timeZone, at, shown === hour || shown === hour + 1]).toEqual([timeZone, at, true]);
      }
    }
  });

  test("brings what is new on the first occasion: one feed, or up to three where a weekend was left out", () => {
    for (const { id, frequency } of readers.values()) {
      const most = frequency === "WEEKDAYS" ? 3 : 1;
      for (const [i, { at, feeds }] of of(id).entries()) {
        // Where the clocks change, an hour may pass from before a close to after it.
        const isHourKept = of(id)[i - 1]?.at.getUTCHours() === at.getUTCHours();
        if (isSoonAfterOutage(at) || !isHourKept) continue;
        expect([frequency, at, feeds.length <= most]).toEqual([frequency, at, true]);
      }
    }
  });
});
