import "reflect-metadata";
import { millisecondsInDay } from "date-fns/constants";
import { sql } from "../../../src/db/sql";
import { papersOfNextDigest } from "../../../src/digests/deliveries/next-digest.service";
import { sendNext } from "../../../src/digests/deliveries/send.service";
import { finalFeeds, unsentFeeds } from "../../../src/digests/deliveries/unsent-feeds";
import { findIssue } from "../../../src/digests/deliveries/web-copy.service";
import type { DigestContent } from "../../../src/digests/mail/mail.types";
import { resubscribe, unsubscribe } from "../../../src/digests/subscriptions/end.service";
import type { DigestSubscription } from "../../../src/digests/subscriptions/subscription.entity";
import { issueToken, randomToken } from "../../../src/digests/subscriptions/token.service";
import type { OutgoingMail } from "../../../src/digests/transport/mime";
import type { Outcome } from "../../../src/digests/transport/smtp-outcome";
import { FeedPeriod } from "../../../src/feeds/period";
import { feature, ledger, plainRenderers, settings, subscribe } from "../../support/digests";
import { explain } from "../../support/explain";
import { usePlans } from "./use-plans";

describe("the feeds of a digest", () => {
  const { t, log, plan, feeds, titles, change, featureDays } = usePlans();

  const became = (status: string, error: string | null = null) =>
    t.db.run("update digest_deliveries set status = $1, error = $2 where status = 'QUEUED'", [status, error]);

  test("on weekdays are Thursday's and Friday's on Monday, and one day's from then on", async () => {
    await subscribe(t.db, 1, { frequency: "WEEKDAYS", next_send_at: "2026-10-07T07:00:00Z" });
    await featureDays(["05", "06", "07", "08", "09", "12", "13", "14"], "2026-10-05T12:00:00Z");
    for (
      let day = Date.parse("2026-10-07T00:00:00Z");
      day < Date.parse("2026-10-17T00:00:00Z");
      day += millisecondsInDay
    ) {
      await feature(t.db, "2026-10-05", [], new Date(day + 15_000).toISOString());
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
    const [id] = await subscribe(t.db, 1, { confirmed_at: "2026-10-09T06:00:00Z" });
    await plan("2026-10-09T07:10:00Z");
    expect(await feeds()).toEqual([["2026-10-07"]]);
    await featureDays(["08", "09"], "2026-10-11T00:00:10Z");
    await change(id!, "confirmed_at = '2026-10-09T06:00:00Z'");
    await plan("2026-10-11T07:10:00Z");
    expect(await feeds()).toEqual([["2026-10-07"], ["2026-10-08", "2026-10-09"]]);
  });

  test("are those from before the reader unsubscribed, too, where that was undone", async () => {
    await featureDays(["07", "08", "09"], "2026-10-11T00:00:10Z");
    const [id] = await subscribe(t.db, 1, { confirmed_at: "2026-10-01T06:00:00Z" });
    const token = randomToken();
    await issueToken(t.db, id!, "MANAGE", token);
    for (const again of ["10:00", "11:00"]) {
      await unsubscribe(t.db, token);
      const consent = { address: "192.0.2.1", userAgent: null };
      await resubscribe(t.db, token, consent, new Date(`2026-10-11T${again}:00Z`));
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
    const [id] = await subscribe(t.db, 1);
    await plan("2026-10-08T07:10:00Z");
    await became(status!, error);
    if (isAgain) await t.db.run("delete from digest_delivery_papers");
    // Nothing is new: the same one is not sent a second time by itself.
    await change(id!, "updated_at = now()");
    await plan("2026-10-08T12:00:00Z");
    expect(await ledger(t.db)).toHaveLength(1);
    await featureDays(["07"], "2026-10-09T00:00:10Z");
    await plan("2026-10-09T07:10:00Z");
    const newest = ["paper of the 07"];
    expect((await titles())[1]).toEqual(isAgain ? [...newest, "paper of the 06"] : newest);
  });

  test("are not mailed a second time when a missing day had them ranked again; who gets them later sees the new ranks", async () => {
    await feature(t.db, "2026-10-05", ["first"], "2026-10-13T00:00:10Z");
    const [early] = await subscribe(t.db, 1, { frequency: "WEEKLY" });
    await plan("2026-10-13T07:10:00Z");
    await became("SENT");
    await feature(t.db, "2026-10-06", ["missing"], "2026-10-14T00:00:10Z");
    expect(await t.db.run("select period from feed_rankings where revised_at is not null")).toEqual([
      { period: "WEEK" },
    ]);
    await change(early!, "updated_at = now()");
    await subscribe(t.db, 1, { frequency: "WEEKLY", email: "late@example.org" });
    await plan("2026-10-14T08:00:00Z");
    expect(await titles()).toEqual([["first"], ["first", "missing"]]);
  });

  test("that closed late, after newer ones were sent, still come", async () => {
    await featureDays(["05", "07"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, 1);
    await plan("2026-10-09T07:10:00Z");
    await featureDays(["06"], "2026-10-09T12:00:00Z");
    await plan("2026-10-10T07:10:00Z");
    await plan("2026-10-11T07:10:00Z");
    expect(await feeds()).toEqual([["2026-10-05", "2026-10-07"], ["2026-10-06"]]);
  });

  test("of a paper that stands in two of them are named once, where it ranks best", async () => {
    await feature(t.db, "2026-10-06", ["a", "twice"], "2026-10-07T00:00:10Z");
    await feature(t.db, "2026-10-07", ["twice", "b"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, 1);
    await plan("2026-10-09T07:10:00Z");
    const rows = await t.db.run(
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
    const [id] = await subscribe(t.db, 1);
    for (const [day, status] of [
      ["05", "SENT"],
      ["06", "FAILED"],
      ["07", "SENT"],
    ]) {
      await t.db.run(
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
    const context = { mailer: { send, close: () => {} }, renderers: plainRenderers, settings, log };
    const sendAll = async (now: string) => {
      while (await sendNext(t.db, context, new Date(now)));
    };
    await featureDays(["06", "07"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, 1);
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
    const copy = await findIssue(t.db, settings, mails[0]!.links.webCopy!.split("/").at(-1)!);
    expect(copy).toMatchObject({ feedKeys: twoDays, papers: mails[0]!.papers });
  });

  test("are found without reading the whole ledger, however long it is", async () => {
    await featureDays(["06", "07"], "2026-10-09T00:00:10Z");
    const ids = await subscribe(t.db, 20);
    await t.db.run(`
      insert into digest_deliveries (subscription_id, kind, period_key, status)
      select s.id, 'DIGEST', 'DAY ' || (date '2026-10-05' - i), 'SENT' from digest_subscriptions s, generate_series(0, 999) i`);
    await t.db.run("analyze digest_deliveries");
    const feeds = await finalFeeds(t.db, FeedPeriod.DAY, sql`timestamptz '2026-10-09T01:00:00Z'`);
    const client = await t.db.pool.connect();
    const statement = sql`select s.id, f.key from ${unsentFeeds(FeedPeriod.DAY, feeds)} where s.id = any(${ids}::int[])`;
    const plan = await explain(client, statement).finally(() => client.release());
    expect(plan).toContain("digest_deliveries_subscription_id_kind_period_key_key");
    expect(plan).not.toContain("Seq Scan on digest_deliveries");
    expect(await t.db.query(statement)).toHaveLength(40);
  });

  test("are those of the preview, too, in the same order", async () => {
    const day = (ago: number) => new Date(Date.now() - ago * millisecondsInDay).toISOString().slice(0, 10);
    const now = new Date().toISOString();
    for (const ago of [4, 3]) await feature(t.db, day(ago), [`first of ${ago}`, `second of ${ago}`], now);
    const [id] = await subscribe(t.db, 1);
    const [row] = await t.db.run<DigestSubscription>(
      "select id, frequency, filter from digest_subscriptions where id = $1",
      [id],
    );
    const preview = (await papersOfNextDigest(t.db, row!, 3)).map(({ title }) => title);
    expect(preview).toEqual(["first of 3", "first of 4", "second of 3"]);
    await plan(now);
    expect((await titles())[0]).toEqual([...preview, "second of 4"]);
    expect(await papersOfNextDigest(t.db, row!, 3)).toEqual([]);
  });
});
