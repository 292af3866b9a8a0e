import { millisecondsInDay } from "date-fns/constants";
import { recoverSending } from "../../src/digests/deliveries/claim.service";
import { planDigests } from "../../src/digests/deliveries/plan.service";
import { type SendOptions, sendNext } from "../../src/digests/deliveries/send.service";
import { type DigestFrequency, Weekday } from "../../src/digests/digest.types";
import type { DigestContent } from "../../src/digests/mail/mail.types";
import { findToken } from "../../src/digests/subscriptions/token.service";
import type { OutgoingMail } from "../../src/digests/transport/mime";
import type { Outcome } from "../../src/digests/transport/smtp-outcome";
import { createRandom } from "../fuzz/random";
import { feature, ledger, plainRenderers, readableLog, settings, subscribe } from "../support/digests";
import { useDatabase } from "../support/use-api";

jest.setTimeout(600_000);

/** `npm run soak` asks for the whole crowd, `npm test` for a part of it. */
const READERS = process.env.SOAK ? 2000 : 40;
const START = Date.parse(process.env.SOAK ? "2026-10-15T00:00:00Z" : "2026-10-22T00:00:00Z");
const DAYS = process.env.SOAK ? 31 : 14;
/** Of few mails, more fail at the far end; no more are put off, since who is put off twice gets a mail after its hour. */
const LOTS = process.env.SOAK ? 1000 : 300;
const PUT_OFF = process.env.SOAK ? 30 : 10;
const OUTAGE_DAYS = process.env.SOAK ? 0.25 : 1;
const LEAVING = process.env.SOAK ? 0.005 : 0.05;
const MINUTE_MS = 60_000;
const STEP_MS = 30 * MINUTE_MS;
const WORKERS = process.env.SOAK ? 8 : 2;

/** In this time the clocks change in Europe (the 25th) and in North America (the first). */
const ZONES = [
  "America/New_York",
  "America/Los_Angeles",
  "America/St_Johns",
  "America/Havana",
  "America/Sao_Paulo",
  "Europe/London",
  "Europe/Berlin",
  "Europe/Athens",
  "Africa/Lagos",
  "Africa/Cairo",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Asia/Tokyo",
  "Asia/Shanghai",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];

interface Reader {
  id: number;
  email: string;
  frequency: DigestFrequency;
  hour: number;
  timeZone: string;
}

describe(`${DAYS} days of ${READERS} readers in ${ZONES.length} zones`, () => {
  const t = useDatabase();
  let readers: Map<string, Reader>;

  const random = createRandom(20_261_015);
  const { log } = readableLog();
  const gone = new Set<string>();
  const delivered: { mail: OutgoingMail; at: number }[] = [];
  const wrong: string[] = [];
  let now = START;

  const enlist = async () => {
    for (let i = 0; i < READERS; i++) {
      await subscribe(t.db, 1, {
        frequency: random.pick([
          "DAILY",
          "WEEKDAYS",
          "WEEKLY",
          "WEEKLY",
          "WEEKLY",
          "WEEKLY",
          "WEEKLY",
          "WEEKLY",
          "MONTHLY",
        ]),
        weekday: random.pick(Object.values(Weekday)),
        hour: random.int(0, 23),
        time_zone: ZONES[i % ZONES.length],
        max_papers: random.int(1, 8),
        filter: random.pick(["{}", '{"keywords": ["graph"]}', '{"excludeKeywords": ["graph"]}']),
        next_send_at: null,
      });
    }
    const rows = await t.db.run<Reader>(
      'select id, email, frequency, hour, time_zone as "timeZone" from digest_subscriptions',
    );
    readers = new Map(rows.map((row) => [row.email, row]));
  };
  const unsubscribe = async ({ id, email }: Reader) => {
    await t.db.run("update digest_subscriptions set status = 'UNSUBSCRIBED', next_send_at = null where id = $1", [id]);
    gone.add(email);
  };

  /** The far end of mail: accepts most, and fails in every way there is. */
  const send = async (mail: OutgoingMail): Promise<Outcome> => {
    if (gone.has(mail.to)) wrong.push(`${mail.to} was written to after the end`);
    const isOutage = now > START + 5 * millisecondsInDay && now < START + (5 + OUTAGE_DAYS) * millisecondsInDay;
    const lot = isOutage ? 0 : random.int(1, LOTS);
    if (lot <= PUT_OFF) return { kind: "FAILED", reason: "450 at RCPT TO", isSoftBounce: lot > 0 };
    if (lot <= 40) return { kind: "UNKNOWN", reason: "ECONNECTION at CONN" };
    if (lot <= 45) throw new Error("killed");
    if (lot <= 50) return { kind: "REFUSED", reason: "554 at DATA", isBounce: false };
    if (lot <= 51) {
      gone.add(mail.to);
      return { kind: "REFUSED", reason: "550 at RCPT TO", isBounce: true };
    }
    delivered.push({ mail, at: now });
    if (lot <= 61) return { kind: "UNKNOWN", reason: "ECONNECTION at CONN" };
    if (lot <= 66) throw new Error("killed");
    return { kind: "ACCEPTED" };
  };
  /** Now and then a reader leaves while the mail to just that reader is being written. */
  const digest = async (content: DigestContent) => {
    const titles = content.papers.map(({ title }) => title);
    if (random.chance(LEAVING)) {
      const token = await findToken(t.db, content.links.manage.split("/").at(-1)!);
      await unsubscribe([...readers.values()].find(({ id }) => id === token!.subscriptionId)!);
    }
    return { ...(await plainRenderers.digest(content)), text: JSON.stringify(titles) };
  };
  const context: SendOptions = {
    mailer: { send, close: () => {} },
    renderers: { ...plainRenderers, digest },
    settings,
    log,
  };

  const work = async () => {
    for (;;) {
      // One that is killed is started again at once.
      const isSent = await sendNext(t.db, context, new Date(now)).catch(() => true);
      if (!isSent) return;
    }
  };
  const step = async (isPlanned: boolean) => {
    const plans = isPlanned ? [1, 2].map(() => planDigests(t.db, new Date(now), log)) : [];
    await Promise.all([...plans, recoverSending(t.db, new Date(now))]);
    await Promise.all(Array.from({ length: WORKERS }, work));
    now += STEP_MS;
  };
  const dayOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);
  /** A day's papers, the best of which was there two days ago too. */
  const featureDay = (instant: number) => {
    const title = (at: number, i: number) => `${i % 3 === 0 ? "graph" : "tree"} ${i} of ${dayOf(at)}`;
    const titles = [
      title(instant - 2 * millisecondsInDay, 0),
      ...Array.from({ length: 8 }, (_, i) => title(instant, i)),
    ];
    return feature(t.db, dayOf(instant), titles, new Date(instant + MINUTE_MS).toISOString());
  };
  const shown = (date: Date, timeZone: string) =>
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(date);

  test("passes: each mail is accounted for once, comes at its hour, and repeats no paper", async () => {
    await enlist();
    for (let day = START - 4 * millisecondsInDay; day < START; day += millisecondsInDay) await featureDay(day);
    while (now < START + DAYS * millisecondsInDay) {
      if ((now - START) % millisecondsInDay === 0) await featureDay(now);
      if (random.chance(READERS / 40_000)) await unsubscribe(random.pick([...readers.values()]));
      await step(true);
    }
    while (now < START + (DAYS + 2) * millisecondsInDay) await step(false);

    expect(wrong).toEqual([]);
    const all = await ledger(t.db);
    for (const status of ["SENT", "UNKNOWN", "FAILED", "SKIPPED"])
      expect(all.map((each) => each.status)).toContain(status);
    const by = (status: string) => all.filter((each) => each.status === status).map(({ id }) => id);
    const arrived = delivered.map(({ mail }) => mail.deliveryId);
    expect(new Set(arrived).size).toBe(arrived.length);
    const arrivedIds = new Set(arrived);
    const [sent, unknown] = [by("SENT"), new Set(by("UNKNOWN"))];
    expect(sent.filter((id) => !arrivedIds.has(id))).toEqual([]);
    expect(arrived.length).toBe(sent.length + [...unknown].filter((id) => arrivedIds.has(id)).length);
    expect(sent.length + unknown.size + by("FAILED").length + by("SKIPPED").length).toBe(all.length);

    const papers = new Map<string, string[]>();
    const days = new Map<string, string[]>();
    for (const { mail } of delivered) {
      const { timeZone, hour } = readers.get(mail.to)!;
      papers.set(mail.to, [...(papers.get(mail.to) ?? []), ...JSON.parse(mail.content.text)]);
      const [day, time] = shown(mail.date, timeZone).split(" ");
      days.set(mail.to, [...(days.get(mail.to) ?? []), day!]);
      expect([mail.to, Number(time!.slice(0, 2))]).toEqual([mail.to, hour]);
    }
    for (const found of [...papers.values(), ...days.values()]) expect(new Set(found).size).toBe(found.length);

    const expected = process.env.SOAK
      ? { DAILY: [29, 32], WEEKDAYS: [20, 23], WEEKLY: [4, 5], MONTHLY: [1, 1] }
      : { DAILY: [12, 15], WEEKDAYS: [8, 11], WEEKLY: [2, 2], MONTHLY: [1, 1] };
    for (const { id, email, frequency } of readers.values()) {
      if (gone.has(email)) continue;
      const { length } = all.filter(({ subscription }) => subscription === id);
      const [least, most] = expected[frequency] as [number, number];
      expect([email, frequency, length >= least && length <= most, length]).toEqual([email, frequency, true, length]);
    }
  });
});
