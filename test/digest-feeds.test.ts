import { sql } from "../src/db/sql";
import type { DigestContent } from "../src/digests/mail/mail.types";
import type { OutgoingMail } from "../src/digests/mail.bytes";
import { papersOfNextDigest } from "../src/digests/next-digest.service";
import type { Outcome } from "../src/digests/outcome";
import { planDigests } from "../src/digests/plan.service";
import { sendNext } from "../src/digests/send.service";
import type { DigestSubscription } from "../src/digests/subscription.entity";
import { resubscribe, unsubscribe } from "../src/digests/subscription.service";
import { issueToken, randomToken } from "../src/digests/token.service";
import { finalFeeds, unsentFeeds } from "../src/digests/unsent-feeds";
import { findIssue } from "../src/digests/web-copy.service";
import { FeedPeriod } from "../src/feeds/period";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { feature, ledger, plainRenderers, readableLog, settings, subscribe } from "./support/digests";
import { explain } from "./support/explain";

const DAY_MS = 24 * 60 * 60_000;

describe("the feeds of a digest", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterEach(async () => {
    await db.run("delete from digest_subscriptions");
    await db.reset();
  });
  afterAll(() => db.close());

  const { log } = readableLog();
  const plan = (now: string) => planDigests(db, new Date(now), log);
  const feeds = async () => (await ledger(db)).map((digest) => digest.feeds);
  const titles = async () => (await ledger(db)).map((digest) => digest.titles);
  const change = (id: number, columns: string) =>
    db.run(`update digest_subscriptions set ${columns}, next_send_at = '2026-01-01' where id = $1`, [id]);
  const became = (status: string, error: string | null = null) =>
    db.run("update digest_deliveries set status = $1, error = $2 where status = 'QUEUED'", [status, error]);
  /** Days of October with one paper each, and their feeds as they stand at a time. */
  const featureDays = async (days: string[], now: string) => {
    for (const day of days) await feature(db, `2026-10-${day}`, [`paper of the ${day}`], now);
  };

  test("on weekdays are Thursday's and Friday's on Monday, and one day's from then on", async () => {
    await subscribe(db, 1, { frequency: "WEEKDAYS", next_send_at: "2026-10-07T07:00:00Z" });
    await featureDays(["05", "06", "07", "08", "09", "12", "13", "14"], "2026-10-05T12:00:00Z");
    for (let day = Date.parse("2026-10-07T00:00:00Z"); day < Date.parse("2026-10-17T00:00:00Z"); day += DAY_MS) {
      await feature(db, "2026-10-05", [], new Date(day + 15_000).toISOString());
      await plan(new Date(day + 8 * 60 * 60_000).toISOString());
    }
    expect(await feeds()).toEqual([
      ["2026-10-05"],
      ["2026-10-06"],
      ["2026-10-07"],
      ["2026-10-08", "2026-10-09"],
      ["2026-10-12"],
      ["2026-10-13"],
      ["2026-10-14"],
    ]);
  });

  test("are none from before the confirmation, but the newest that is final, so that the first digest is not empty", async () => {
    await featureDays(["05", "06", "07"], "2026-10-09T00:00:10Z");
    const [id] = await subscribe(db, 1, { confirmed_at: "2026-10-09T06:00:00Z" });
    await plan("2026-10-09T07:10:00Z");
    expect(await feeds()).toEqual([["2026-10-07"]]);
    await featureDays(["08", "09"], "2026-10-11T00:00:10Z");
    await change(id!, "confirmed_at = '2026-10-09T06:00:00Z'");
    await plan("2026-10-11T07:10:00Z");
    expect(await feeds()).toEqual([["2026-10-07"], ["2026-10-08", "2026-10-09"]]);
  });

  test("are those from before the reader unsubscribed, too, where that was undone", async () => {
    await featureDays(["07", "08", "09"], "2026-10-11T00:00:10Z");
    const [id] = await subscribe(db, 1, { confirmed_at: "2026-10-01T06:00:00Z" });
    const token = randomToken();
    await issueToken(db, id!, "MANAGE", token);
    for (const again of ["10:00", "11:00"]) {
      await unsubscribe(db, token);
      const consent = { address: "192.0.2.1", userAgent: null };
      await resubscribe(db, token, consent, new Date(`2026-10-11T${again}:00Z`));
    }
    await plan("2026-10-12T08:00:00Z");
    expect(await feeds()).toEqual([["2026-10-07", "2026-10-08", "2026-10-09"]]);
  });

  test.each([
    ["FAILED", "554 at DATA", true],
    ["SKIPPED", "the subscription is PAUSED", true],
    ["SENT", null, false],
    ["UNKNOWN", "the sender ended before the answer", false],
    ["SENDING", null, false],
    ["QUEUED", null, false],
  ])("of a digest that was %s (%s) come with the next one: %s", async (status, error, isAgain) => {
    await featureDays(["06"], "2026-10-08T00:00:10Z");
    const [id] = await subscribe(db, 1);
    await plan("2026-10-08T07:10:00Z");
    await became(status!, error);
    if (isAgain) await db.run("delete from digest_delivery_papers");
    // Nothing is new: the same one is not sent a second time by itself.
    await change(id!, "updated_at = now()");
    await plan("2026-10-08T12:00:00Z");
    expect(await ledger(db)).toHaveLength(1);
    await featureDays(["07"], "2026-10-09T00:00:10Z");
    await plan("2026-10-09T07:10:00Z");
    const newest = ["paper of the 07"];
    expect((await titles())[1]).toEqual(isAgain ? [...newest, "paper of the 06"] : newest);
  });

  test("that had no paper for a filter are not looked at again when the filter changes", async () => {
    await featureDays(["06"], "2026-10-08T00:00:10Z");
    const [id] = await subscribe(db, 1, { filter: { keywords: ["graphs"] } });
    await plan("2026-10-08T07:10:00Z");
    await featureDays(["07"], "2026-10-09T00:00:10Z");
    await change(id!, "filter = '{}'");
    await plan("2026-10-09T07:10:00Z");
    expect(await titles()).toEqual([[], ["paper of the 07"]]);
  });

  test("wait for the end of a pause, a week of them at most", async () => {
    await featureDays(["05", "06"], "2026-10-08T00:00:10Z");
    const [id] = await subscribe(db, 1);
    await plan("2026-10-08T07:10:00Z");
    await change(id!, "status = 'PAUSED', paused_until = '2026-10-17'");
    await featureDays(["07", "08", "09", "12", "13", "14", "15"], "2026-10-17T00:00:10Z");
    await plan("2026-10-17T12:00:00Z");
    await plan("2026-10-18T12:00:00Z");
    expect((await feeds())[1]).toEqual(["2026-10-12", "2026-10-13", "2026-10-14", "2026-10-15"]);
  });

  test("go on after the days that came by another frequency: none is left out, no paper comes twice", async () => {
    await featureDays(["05", "06", "07"], "2026-10-09T00:00:10Z");
    const [id] = await subscribe(db, 1);
    await plan("2026-10-09T07:10:00Z");
    await featureDays(["08", "09"], "2026-10-13T00:00:10Z");
    await change(id!, "frequency = 'WEEKLY'");
    await plan("2026-10-13T07:10:00Z");
    await featureDays(["12", "13", "14"], "2026-10-16T00:00:10Z");
    await change(id!, "frequency = 'WEEKDAYS'");
    await plan("2026-10-16T07:10:00Z");
    expect(await feeds()).toEqual([
      ["2026-10-05", "2026-10-06", "2026-10-07"],
      ["2026-W41"],
      ["2026-10-12", "2026-10-13", "2026-10-14"],
    ]);
    expect((await titles()).flat().sort()).toEqual(
      ["05", "06", "07", "08", "09", "12", "13", "14"].map((day) => `paper of the ${day}`),
    );
  });

  test("of a change from daily to weekly are not the weeks that came day by day", async () => {
    await featureDays(["01", "05", "06"], "2026-10-08T00:00:10Z");
    const [id] = await subscribe(db, 1);
    await plan("2026-10-08T07:10:00Z");
    await feature(db, "2026-10-05", [], "2026-10-13T00:00:10Z");
    await change(id!, "frequency = 'WEEKLY'");
    await plan("2026-10-13T07:10:00Z");
    expect((await feeds())[1]).toEqual(["2026-W41"]);
  });

  test("that closed late, after newer ones were sent, still come", async () => {
    await featureDays(["05", "07"], "2026-10-09T00:00:10Z");
    await subscribe(db, 1);
    await plan("2026-10-09T07:10:00Z");
    await featureDays(["06"], "2026-10-09T12:00:00Z");
    await plan("2026-10-10T07:10:00Z");
    await plan("2026-10-11T07:10:00Z");
    expect(await feeds()).toEqual([["2026-10-05", "2026-10-07"], ["2026-10-06"]]);
  });

  test("of a paper that stands in two of them are named once, where it ranks best", async () => {
    await feature(db, "2026-10-06", ["a", "twice"], "2026-10-07T00:00:10Z");
    await feature(db, "2026-10-07", ["twice", "b"], "2026-10-09T00:00:10Z");
    await subscribe(db, 1);
    await plan("2026-10-09T07:10:00Z");
    const rows = await db.run(
      "select p.title, e.feed_key, e.rank from digest_delivery_papers e join papers p on p.id = e.paper_id order by title",
    );
    expect(rows).toEqual([
      { title: "a", feed_key: "2026-10-06", rank: 1 },
      { title: "b", feed_key: "2026-10-07", rank: 2 },
      { title: "twice", feed_key: "2026-10-07", rank: 1 },
    ]);
  });

  test("are known of digests from before they were written down", async () => {
    await featureDays(["05", "06", "07"], "2026-10-09T00:00:10Z");
    const [id] = await subscribe(db, 1);
    for (const [day, status] of [
      ["05", "SENT"],
      ["06", "FAILED"],
      ["07", "SENT"],
    ]) {
      await db.run(
        "insert into digest_deliveries (subscription_id, kind, period_key, status) values ($1, 'DIGEST', $2, $3)",
        [id, `DAY 2026-10-${day}`, status],
      );
    }
    await featureDays(["08"], "2026-10-10T00:00:10Z");
    await plan("2026-10-10T07:10:00Z");
    expect((await feeds()).at(-1)).toEqual(["2026-10-06", "2026-10-08"]);
  });

  test("stay what they are at each attempt, while a newer digest is sent beside, and in the web copy", async () => {
    const mails: DigestContent[] = [];
    const outcomes: Outcome[] = [{ kind: "FAILED", reason: "450 at DATA", isSoftBounce: false }];
    const send = async ({ content }: OutgoingMail): Promise<Outcome> => {
      mails.push(JSON.parse(content.text));
      return outcomes.shift() ?? { kind: "ACCEPTED" };
    };
    const office = { mailer: { send, close: () => {} }, renderers: plainRenderers, settings, log };
    const sendAll = async (now: string) => {
      while (await sendNext(db, office, new Date(now)));
    };
    await featureDays(["06", "07"], "2026-10-09T00:00:10Z");
    await subscribe(db, 1);
    await plan("2026-10-09T07:10:00Z");
    await sendAll("2026-10-09T07:10:00Z");
    await featureDays(["08"], "2026-10-10T00:00:10Z");
    await plan("2026-10-10T00:10:00Z");
    await plan("2026-10-10T07:10:00Z");
    await sendAll("2026-10-10T07:10:00Z");
    const twoDays = ["2026-10-06", "2026-10-07"];
    expect(mails.map(({ feedKeys }) => feedKeys)).toEqual([twoDays, twoDays, ["2026-10-08"]]);
    expect(mails[1]).toEqual(mails[0]);
    expect(mails[0]!.papers.map(({ feedKey }) => feedKey)).toEqual([...twoDays].reverse());
    const copy = await findIssue(db, settings, mails[0]!.links.webCopy.split("/").at(-1)!);
    expect(copy).toMatchObject({ feedKeys: twoDays, papers: mails[0]!.papers });
  });

  test("are found without reading the whole ledger, however long it is", async () => {
    await featureDays(["06", "07"], "2026-10-09T00:00:10Z");
    const ids = await subscribe(db, 20);
    await db.run(`
      insert into digest_deliveries (subscription_id, kind, period_key, status)
      select s.id, 'DIGEST', 'DAY ' || (date '2026-10-05' - i), 'SENT' from digest_subscriptions s, generate_series(0, 999) i`);
    await db.run("analyze digest_deliveries");
    const feeds = await finalFeeds(db, FeedPeriod.DAY, sql`timestamptz '2026-10-09T01:00:00Z'`);
    const client = await db.pool.connect();
    const statement = sql`select s.id, f.key from ${unsentFeeds(FeedPeriod.DAY, feeds)} where s.id = any(${ids}::int[])`;
    const plan = await explain(client, statement).finally(() => client.release());
    expect(plan).toContain("digest_deliveries_subscription_id_kind_period_key_key");
    expect(plan).not.toContain("Seq Scan on digest_deliveries");
    expect(await db.read(statement)).toHaveLength(40);
  });

  test("are those of the preview, too, in the same order", async () => {
    const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10);
    const now = new Date().toISOString();
    for (const ago of [4, 3]) await feature(db, day(ago), [`first of ${ago}`, `second of ${ago}`], now);
    const [id] = await subscribe(db, 1);
    const [row] = await db.run<DigestSubscription>(
      "select id, frequency, filter from digest_subscriptions where id = $1",
      [id],
    );
    const preview = (await papersOfNextDigest(db, row!, 3)).map(({ title }) => title);
    expect(preview).toEqual(["first of 3", "first of 4", "second of 3"]);
    await plan(now);
    expect((await titles())[0]).toEqual([...preview, "second of 4"]);
    expect(await papersOfNextDigest(db, row!, 3)).toEqual([]);
  });
});
