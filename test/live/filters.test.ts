import "reflect-metadata";
import { sequenceChanges } from "../../src/changes/sequencer.service";
import { onPrimary } from "../../src/db/request-db";
import type { Statement } from "../../src/db/sql";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import type { PaperFilter } from "../../src/papers/paper-filter.input";
import { createPaperReader } from "../../src/papers/paper-reader";
import { castUpvotes } from "../../src/upvotes/upvote.service";
import { ensureUser } from "../../src/users/user.service";
import { addressOf, withLimits } from "../support/api";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useDatabase } from "../support/use-api";
import { createHub, FILTERS, hear, settled } from "./hub";

const DAYS = ["2026-01-05", "2026-01-06", "2026-01-07"];

describe("filters of live subscriptions", () => {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const feature = async (upvotes: number) => {
    const records = DAYS.map((on, i) =>
      sourceRecord({ title: `day ${i}`, upvotes: upvotes + i, featured: featured(on) }),
    );
    await importRecords(t.db, records);
    await rankFeeds(t.db, new Date());
  };

  test("are matched together, whatever their number and that of the days, and each listener hears what its own keeps", async () => {
    const statements: Statement[] = [];
    const primary = onPrimary(t.db, "filters");
    const hub = createHub(t.db, {
      query: (statement) => {
        statements.push(statement);
        return primary.query(statement);
      },
    });
    const heard = await Promise.all(Array.from({ length: FILTERS }, (_, i) => hear(hub, { minUpvotes: i })));
    const all = await hear(hub, null);
    await feature(100);
    expect(await hub.publishing.featured()).toBe(true);
    await settled();
    expect(statements).toHaveLength(Math.ceil(FILTERS / 100));
    expect(all.sort()).toEqual(["day 0", "day 1", "day 2"]);
    const expected = (least: number) => DAYS.flatMap((_, i) => (100 + i >= least ? [`day ${i}`] : []));
    expect(heard.map((titles) => titles.sort())).toEqual(heard.map((_, i) => expected(i)));
    expect(await hub.publishing.featured()).toBe(false);
    hub.end();
  });

  test("hold up no vote's event, however long they take", async () => {
    const hub = createHub(t.db, { query: () => new Promise(() => {}) });
    await hear(hub, { keywords: ["slow"] });
    await feature(1);
    void hub.publishing.featured();
    const [paper] = await t.db.run<{ id: number }>("select id from papers limit 1");
    const events = await hub.listenToUpvotes([paper!.id]);
    const { rowId } = await ensureUser(t.db, "ada");
    await castUpvotes(t.db, createPaperReader(t.db), [rowId], paper!.id);
    while (await sequenceChanges(t.db));
    expect(await hub.publishing.votes()).toBe(true);
    expect((await events.next()).value).toMatchObject({ upvoteCount: expect.any(Number) });
    hub.end();
  });

  test("of which the database cannot match one, cost the listeners of that one alone an event", async () => {
    const primary = onPrimary(t.db, "filters");
    const hub = createHub(t.db, {
      query: async (statement) => {
        if (statement.values.includes(13)) throw Object.assign(new Error("too slow"), { code: "57014" });
        return primary.query(statement);
      },
    });
    const heard = await Promise.all(Array.from({ length: 20 }, (_, i) => hear(hub, { minUpvotes: i })));
    await feature(100);
    await hub.publishing.featured();
    await settled();
    expect(heard.map(({ length }) => length)).toEqual(heard.map((_, i) => (i === 13 ? 0 : DAYS.length)));
    hub.end();
  });

  test("are a share for each network; what says the same counts once, and no filter costs none", () =>
    withLimits(
      t.db,
      { MAX_FILTERS: 4, MAX_FILTERS_PER_CALLER: 2 },
      async (api) => {
        const streams = new AbortController();
        const subscribe = async (network: number, filter: PaperFilter | null, { signal } = streams) => {
          const query = "subscription ($filter: PaperFilter) { paperFeatured(filter: $filter) { rank } }";
          const { status } = await fetch(`http://${addressOf(api)}/graphql/stream`, {
            method: "POST",
            headers: {
              "content-type": "application/json",
              accept: "text/event-stream",
              "x-forwarded-for": `192.0.2.${network}`,
            },
            body: JSON.stringify({ query, variables: { filter } }),
            signal,
          });
          return status;
        };
        const first = new AbortController();
        expect(await subscribe(1, { minUpvotes: 1, hasCode: true }, first)).toBe(200);
        const more = [{ hasCode: true, minUpvotes: 1 }, null, {}, { minUpvotes: 2 }];
        for (const filter of more) expect(await subscribe(1, filter)).toBe(200);
        expect(await subscribe(1, { minUpvotes: 3 })).toBe(429);
        for (const minUpvotes of [2, 3]) expect(await subscribe(2, { minUpvotes })).toBe(200);
        expect(await subscribe(3, { minUpvotes: 4 })).toBe(200);
        expect(await subscribe(3, { minUpvotes: 5 })).toBe(503);
        expect(await subscribe(3, null)).toBe(200);
        // Another stream still holds the filter of the first one.
        first.abort();
        expect(await subscribe(1, { minUpvotes: 3 })).toBe(429);
        streams.abort();
        const last = new AbortController();
        while ((await subscribe(1, { minUpvotes: 6 }, last)) !== 200);
        last.abort();
      },
      { trustProxy: ["127.0.0.1"] },
    ));
});
