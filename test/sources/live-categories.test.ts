import { readConfig } from "../../src/config/config";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { configuredSources } from "../../src/sources/configured-sources";
import { openSources } from "../../src/sources/source-loop";
import { createHub, hear, settled } from "../live/hub";
import { useFakeSources } from "../support/sources/use-fake-sources";
import { useDatabase } from "../support/use-api";
import { runUntilIdle, TestClock, workerOf } from "./use-sources";

const DAY = "2026-05-05";

describe("listeners of categories on a site that fills itself", () => {
  const t = useDatabase();
  const fake = useFakeSources({ seed: 7, from: DAY, days: 1, perDay: 40 });

  test("hear of each paper once, as soon as arXiv has told of it", async () => {
    const clock = new TestClock(Date.parse(`${DAY}T23:00:00Z`), fake.clock);
    const env = { SOURCES_SINCE: DAY, SOURCES_CONTACT: "ada@papers.example", ...fake.env };
    const hub = createHub(t.db);
    const all = await hear(hub, null);
    const language = await hear(hub, { categories: ["cs.CL"] });
    const readAndPublish = async (source: string) => {
      const reader = workerOf(t.db, configuredSources(readConfig({ SOURCES: source, ...env })), clock);
      await openSources(reader);
      await runUntilIdle(reader);
      await rankFeeds(t.db, new Date(clock.time));
      await hub.publishing.featured();
      await settled();
    };
    await readAndPublish("huggingface");
    const entered = [...all];
    expect(entered.length).toBeGreaterThan(10);
    expect(language).toEqual([]);

    await readAndPublish("arxiv");
    const ofLanguage = await t.db.run<{ title: string }>(
      `select p.title from papers p join feed_entries e on e.paper_id = p.id
      where e.day = $1 and 'cs.CL' = any(p.categories) order by 1`,
      [DAY],
    );
    expect(ofLanguage.length).toBeGreaterThan(0);
    expect([...language].sort()).toEqual(ofLanguage.map(({ title }) => title).sort());
    expect(all).toEqual(entered);

    await readAndPublish("arxiv");
    expect(language).toHaveLength(ofLanguage.length);
    hub.end();
  });
});
