import { millisecondsInHour } from "date-fns/constants";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { createTestDatabase } from "../support/database";
import { tooSoon } from "../support/sources/budgets";
import { startChildWorker } from "../support/sources/child-worker";
import { importClean } from "../support/sources/clean-import";
import { planFaults } from "../support/sources/faults";
import { type Participant, SharedClock } from "../support/sources/shared-clock";
import { readSite, type SitePaper } from "../support/sources/site-state";
import { useFakeSources } from "../support/sources/use-fake-sources";
import { work } from "../support/sources/workers";
import { opensAt, plusDays } from "../support/sources/world";
import { useApi } from "../support/use-api";

const SOAK = Boolean(process.env.SOAK);
/** `npm run soak` takes a month, `npm test` a week; in both New York's clocks change after the start. */
const WORLD = SOAK
  ? { seed: 31, from: "2025-10-16", days: 31, perDay: 25, recorded: 600 }
  : { seed: 7, from: "2026-03-05", days: 7, perDay: 6, settling: 10 };
const FIRST_START = SOAK ? "2025-10-18" : "2026-03-08";
/** `npm test` has no time for looking every ten minutes. */
const REST_MS = SOAK ? 1 : millisecondsInHour;
const VICTIM = "second@example.org";
/** Between two rankings, after which the site is looked at. */
const LOOK_MS = 6 * millisecondsInHour;
/** Feeds in one request. */
const AT_ONCE = 10;

describe(`${WORLD.days} days of two sources, read by two workers of which one is killed`, () => {
  jest.setTimeout(SOAK ? 3_600_000 : 300_000);
  const sources = useFakeSources(WORLD);
  const t = useApi();
  const start = opensAt(FIRST_START) + 3 * millisecondsInHour;
  const clock = new SharedClock(start);
  const asFakesSee = {
    get now() {
      return clock.time;
    },
  };
  const days = Array.from({ length: WORLD.days }, (_, i) => plusDays(WORLD.from, i));
  const wrong = new Set<string>();
  const revisions = new Map<string, Set<string>>();

  const options = (contact: string, until: number) => ({
    env: sources.env,
    since: WORLD.from,
    contact,
    until,
    restMs: REST_MS,
  });
  const worker = (contact: string, until: number, clocks: Participant[] = []) =>
    work({ ...options(contact, until), db: t.db, join: () => clocks.pop() ?? clock.join() });
  /** The worker that is to be killed; in `npm test` it only never goes on. Gives what kills it. */
  const startVictim = (until: number): (() => void) => {
    const clocks = [clock.join(), clock.join()];
    if (SOAK) return startChildWorker({ ...options(VICTIM, until), url: t.db.url }, clocks);
    void worker(VICTIM, until, [...clocks]);
    return () => {
      for (const each of clocks) each.leave();
    };
  };

  /** Ranks as the project does, and sees to it that nothing is said too early. */
  const watch = async (own: Participant, until: number) => {
    const { signal } = new AbortController();
    try {
      for (let now = clock.time; now < until; now = clock.time) {
        await rankFeeds(t.db, new Date(now));
        await look(now);
        await own.sleep(LOOK_MS, signal);
      }
    } finally {
      own.leave();
    }
  };
  const look = async (now: number) => {
    const complete: string[] = [];
    for (let i = 0; i < days.length; i += AT_ONCE) {
      const asked = days.slice(i, i + AT_ONCE);
      const feeds = asked.map((day) => `d${day.replaceAll("-", "")}: feed(period: DAY, on: "${day}") { isComplete }`);
      const told = Object.values<{ isComplete: boolean }>(await t.api.data(`{ ${feeds.join(" ")} }`));
      complete.push(...asked.filter((_, n) => told[n]!.isComplete));
    }
    const entries = await t.db.run<{ key: string }>(
      "select e.day || ' ' || p.arxiv_id as key from feed_entries e join papers p on p.id = e.paper_id",
    );
    const there = new Set(entries.map(({ key }) => key));
    for (const day of complete) expectWhole(day, now, there);
    const rows = await t.db.run<{ id: string; revision: string }>("select arxiv_id as id, revision from papers");
    for (const { id, revision } of rows) revisions.set(id, (revisions.get(id) ?? new Set()).add(revision));
  };
  /** Papers that came after the close are looked for again and again, but nobody can know that they will come. */
  const expectWhole = (day: string, now: number, there: Set<string>) => {
    const closes = opensAt(plusDays(day, 1));
    if (now < closes) wrong.add(`${day} is open`);
    for (const { arxivId, listings } of sources.world.papers) {
      const isListed = listings.some((each) => each.day === day && each.from < closes && each.until > now);
      if (isListed && !there.has(`${day} ${arxivId}`)) wrong.add(`${day} misses ${arxivId}`);
    }
  };
  /** Entries of papers that left a day whose feed was final: they stay. */
  const left = () =>
    sources.world.papers.flatMap(({ arxivId, listings }) =>
      listings
        .filter(({ day, until }) => until > Date.parse(plusDays(day, 2)) && until <= sources.world.stillFrom)
        .map(({ day }) => `${day} ${arxivId}`),
    );
  const withoutLeft = (site: SitePaper[], found: string[] = []) => {
    const all = new Set(left());
    for (const { arxivId, says } of site) {
      const isLeft = ({ day }: { day: string }) => all.has(`${day} ${arxivId}`);
      found.push(...says.entries.filter(isLeft).map(({ day }) => `${day} ${arxivId}`));
      says.entries = says.entries.filter((each) => !isLeft(each));
    }
    return site;
  };

  test("never say too early that a day is whole, nor ask a source too often", async () => {
    const faultOf = planFaults(WORLD.seed, 0.05);
    const until = sources.world.stillFrom;
    sources.clock = asFakesSee;
    const kill = startVictim(until);
    sources.faultOf = (source, at, userAgent) => {
      const isLast = userAgent.includes(VICTIM) && at > start + 0.3 * (until - start);
      if (!isLast) return faultOf(source, at, userAgent);
      kill();
      return { kind: "hang" };
    };
    await Promise.all([worker("first@example.org", until), watch(clock.join(), until)]);

    expect([...wrong]).toEqual([]);
    expect(tooSoon(sources.requests)).toEqual([]);
    expect(sources.requests.filter(({ fault }) => fault?.kind === "hang").length).toBeGreaterThan(0);
    const gaps = "select key from source_tasks where kind = 'day' and last_success_at is null";
    expect(await t.db.run(gaps)).toEqual([]);
  });

  test("move no revision for counts", () => {
    const unknown = sources.world.papers.filter(({ arxiv }) => arxiv !== "known").map(({ arxivId }) => arxivId);
    expect(unknown.filter((id) => revisions.get(id)?.size !== 1)).toEqual([]);
  });

  const lookAgain = async () => {
    sources.clock = asFakesSee;
    await t.db.run("update source_tasks set due_at = $1 where due_at is not null", [new Date(clock.time)]);
    await worker("first@example.org", clock.time + 2 * millisecondsInHour);
  };

  test("are in the end as if they had been imported at once, but for papers that left a final day", async () => {
    await lookAgain();
    const clean = await createTestDatabase();
    try {
      await importClean(clean, sources, clock.time);
      const found: string[] = [];
      const site = withoutLeft(await readSite(t.db), found);
      expect(site).toEqual(withoutLeft(await readSite(clean)));
      expect(found.sort()).toEqual(left().sort());
      expect(site).toHaveLength(sources.world.papers.length);
    } finally {
      await clean.close();
    }
  });

  test("change nothing when they are read again", async () => {
    const everything = () =>
      t.db.run(`select (select jsonb_agg(p order by id) from papers p) as papers,
        (select jsonb_agg(to_jsonb(e) - 'upvotes_at' order by day, paper_id) from feed_entries e) as entries,
        (select jsonb_agg(v order by paper_id, number) from paper_versions v) as versions,
        (select jsonb_agg(r order by period, start_date, id) from feed_rankings r) as rankings,
        (select count(*) from paper_changes) as changes`);
    await rankFeeds(t.db, new Date(clock.time));
    const before = await everything();
    await lookAgain();
    await rankFeeds(t.db, new Date(clock.time));
    expect(await everything()).toEqual(before);
  });
});
