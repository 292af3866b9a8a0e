import { feature, ledger, subscribe } from "../../support/digests";
import { usePlans } from "./use-plans";

describe("planning digests", () => {
  const { t, lines, plan } = usePlans();

  const planned = async () => (await ledger(t.db)).map(({ period, status, titles }) => [period, status, titles]);
  const nextOf = async (id: number) => {
    const [row] = await t.db.run<{ next_send_at: Date | null; status: string }>(
      "select next_send_at, status from digest_subscriptions where id = $1",
      [id],
    );
    return [row!.status, row!.next_send_at?.toISOString() ?? null];
  };

  test("queues what is due once, however many plan it and however often, and moves the next time on", async () => {
    await feature(t.db, "2026-10-07", ["first", "second"], "2026-10-09T00:00:10Z");
    const [id] = await subscribe(t.db, 1, { next_send_at: "2026-10-09T07:10:00Z" });
    await subscribe(t.db, 1, { next_send_at: "2026-10-09T07:10:01Z" });
    await subscribe(t.db, 449);
    await plan("2026-10-09T07:09:59Z");
    expect(await ledger(t.db)).toHaveLength(449);
    await Promise.all([1, 2, 3, 4].map(() => plan("2026-10-09T07:10:00Z")));
    await plan("2026-10-09T07:10:00Z");
    const all = await ledger(t.db);
    expect(new Set(all.map(({ subscription }) => subscription)).size).toBe(450);
    expect(all).toHaveLength(450);
    for (const each of all) {
      expect(each).toMatchObject({
        period: "DAY 2026-10-07",
        feeds: ["2026-10-07"],
        status: "QUEUED",
        titles: ["first", "second"],
      });
    }
    expect(await nextOf(id!)).toEqual(["ACTIVE", `2026-10-10T07:0${id! % 10}:00.000Z`]);
  });

  test("leaves out what is not confirmed, was ended, or is not due", async () => {
    await feature(t.db, "2026-10-07", ["first"], "2026-10-09T00:00:10Z");
    for (const status of ["PENDING", "UNSUBSCRIBED", "SUPPRESSED"]) await subscribe(t.db, 1, { status });
    await subscribe(t.db, 1, { status: "PAUSED", paused_until: "2026-10-10" });
    await subscribe(t.db, 1, { next_send_at: "2026-10-10T07:00:00Z" });
    await plan("2026-10-09T08:00:00Z");
    expect(await ledger(t.db)).toEqual([]);
  });

  test("leaves out withdrawn papers, and what is not of the reader's categories", async () => {
    await feature(t.db, "2026-10-07", ["kept", "withdrawn", "other"], "2026-10-09T00:00:10Z");
    t.db.allowWrongCounts();
    await t.db.run(`
      update papers set categories = case when title = 'other' then '{math.CO}' else '{cs.CL}' end::text[],
        withdrawn_at = case when title = 'withdrawn' then now() end`);
    await subscribe(t.db, 1);
    await subscribe(t.db, 1, { filter: JSON.stringify({ categories: ["cs"] }) });
    await plan("2026-10-09T07:10:00Z");
    expect((await planned()).map(([, , titles]) => titles)).toEqual([["kept", "other"], ["kept"]]);
  });

  test("a pause ends on its day, and the next digest comes at its own hour", async () => {
    await feature(t.db, "2026-10-07", ["first"], "2026-10-09T00:00:10Z");
    const [id] = await subscribe(t.db, 1, { status: "PAUSED", paused_until: "2026-10-09", hour: 9 });
    const minute = `09:0${id! % 10}`;
    await plan("2026-10-08T23:59:59Z");
    expect((await nextOf(id!))[0]).toBe("PAUSED");
    await plan("2026-10-09T00:00:00Z");
    expect(await nextOf(id!)).toEqual(["ACTIVE", `2026-10-09T${minute}:00.000Z`]);
    expect(await ledger(t.db)).toEqual([]);
    await plan("2026-10-09T09:30:00Z");
    expect(await planned()).toEqual([["DAY 2026-10-07", "QUEUED", ["first"]]]);
  });

  test("sends only what is final, and after an outage all that was not sent, the best ranks of each day first", async () => {
    for (const day of ["01", "05", "06", "07", "08"]) {
      await feature(t.db, `2026-10-${day}`, [`paper of the ${day}`, `another of the ${day}`], "2026-10-10T00:00:10Z");
    }
    const [id] = await subscribe(t.db, 1, { next_send_at: "2026-10-06T07:00:00Z", max_papers: 5 });
    await plan("2026-10-10T12:00:00Z");
    // The first closed seven days and some hours ago.
    expect(await ledger(t.db)).toMatchObject([
      {
        period: "DAY 2026-10-08",
        feeds: ["2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08"],
        titles: ["paper of the 08", "paper of the 07", "paper of the 06", "paper of the 05", "another of the 08"],
      },
    ]);
    // The next day's feed is not final yet: nothing is new, and what was cut off does not come later.
    await plan("2026-10-11T08:00:00Z");
    expect(await ledger(t.db)).toHaveLength(1);
    expect(await nextOf(id!)).toEqual(["ACTIVE", `2026-10-12T07:0${id! % 10}:00.000Z`]);
  });

  test("takes weeks and months by their keys", async () => {
    await feature(t.db, "2026-09-30", ["first"], "2026-10-07T00:00:10Z");
    await subscribe(t.db, 1, { frequency: "WEEKLY" });
    await subscribe(t.db, 1, { frequency: "MONTHLY" });
    await subscribe(t.db, 1, { frequency: "WEEKDAYS" });
    await plan("2026-10-07T08:00:00Z");
    expect((await planned()).map(([period]) => period).sort()).toEqual([
      "DAY 2026-09-30",
      "MONTH 2026-09",
      "WEEK 2026-W40",
    ]);
  });

  test("takes the best ranked that pass the filter, no more than were asked for", async () => {
    await feature(t.db, "2026-10-07", ["graphs one", "trees", "graphs two", "graphs three"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, 1, { filter: { keywords: ["graphs"] }, max_papers: 2 });
    await plan("2026-10-09T08:00:00Z");
    expect(await planned()).toEqual([["DAY 2026-10-07", "QUEUED", ["graphs one", "graphs two"]]]);
  });

  test("a paper that is featured again, or stands in the week's feed too, is not repeated to the same reader", async () => {
    await feature(t.db, "2026-09-28", ["again", "once"], "2026-09-30T00:00:10Z");
    const [id] = await subscribe(t.db, 1);
    await plan("2026-09-30T08:00:00Z");
    await feature(t.db, "2026-10-01", ["again", "new"], "2026-10-07T00:00:10Z");
    await plan("2026-10-07T08:00:00Z");
    await t.db.run("update digest_subscriptions set frequency = 'WEEKLY', next_send_at = now() where id = $1", [id]);
    await subscribe(t.db, 1, { frequency: "WEEKLY" });
    await plan("2027-10-07T08:00:00Z");
    expect(await planned()).toEqual([
      ["DAY 2026-09-28", "QUEUED", ["again", "once"]],
      ["DAY 2026-10-01", "QUEUED", ["new"]],
      ["WEEK 2026-W40", "SKIPPED", []],
      ["WEEK 2026-W40", "QUEUED", ["again", "once", "new"]],
    ]);
  });

  test("without papers is skipped, or sent to those who asked for that", async () => {
    await feature(t.db, "2026-10-07", ["trees"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, 1, { filter: { keywords: ["graphs"] } });
    await subscribe(t.db, 1, { filter: { keywords: ["graphs"] }, skip_empty: false });
    await plan("2026-10-09T08:00:00Z");
    expect(await planned()).toEqual([
      ["DAY 2026-10-07", "SKIPPED", []],
      ["DAY 2026-10-07", "QUEUED", []],
    ]);
  });

  test("a filter that a version before took, with words that match nothing, goes on by its others", async () => {
    await feature(t.db, "2026-10-07", ["trees", "graphs"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, 1, { filter: JSON.stringify({ keywords: ["the who", "trees"] }) });
    await plan("2026-10-09T08:00:00Z");
    expect(await ledger(t.db)).toMatchObject([{ status: "QUEUED", titles: ["trees"] }]);
  });

  test("filters that do not work any more fail their own digests only, and the log says whose", async () => {
    await feature(t.db, "2026-10-07", ["trees"], "2026-10-09T00:00:10Z");
    const broken = [{ featuredFrom: "soon" }, { minUpvotes: 1e30 }, { keywords: 5 }, { authorIds: ["x"] }];
    for (const filter of broken) await subscribe(t.db, 1, { filter: JSON.stringify(filter) });
    const [id] = await subscribe(t.db, 1);
    await plan("2026-10-09T08:00:00Z");
    await plan("2026-10-09T08:00:00Z");
    const all = await ledger(t.db);
    expect(all.filter(({ status }) => status === "FAILED")).toHaveLength(4);
    expect(all.filter(({ status }) => status === "QUEUED").map(({ subscription }) => subscription)).toEqual([id]);
    expect(lines.filter((line) => line.includes("stored filter"))).toHaveLength(4);
    expect(await nextOf(all[0]!.subscription)).toEqual(["ACTIVE", expect.stringContaining("2026-10-10")]);
  });

  test("a time zone that is none holds up nobody else", async () => {
    await feature(t.db, "2026-10-07", ["trees"], "2026-10-09T00:00:10Z");
    const [lost] = await subscribe(t.db, 1, { time_zone: "Mars/Olympus" });
    await subscribe(t.db, 1);
    await plan("2026-10-09T08:00:00Z");
    expect(await ledger(t.db)).toHaveLength(2);
    expect(await nextOf(lost!)).toEqual(["ACTIVE", null]);
  });
});
