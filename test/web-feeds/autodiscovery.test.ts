import { planDigests } from "../../src/digests/deliveries/plan.service";
import { feature, readableLog, sendAll, settings, subscribe } from "../support/digests";
import { useFeeds } from "./use-feeds";

describe("feeds that feed readers find by a page", () => {
  const t = useFeeds();
  const linksOf = (page: string) =>
    [...page.matchAll(/<link rel="alternate" type="([^"]*)" title="([^"]*)" href="([^"]*)">/g)].map(
      ([, ...parts]) => parts,
    );

  test("the form of digests names those of the day and the week", async () => {
    const links = linksOf(await t.text("/digest"));
    expect(links).toEqual([
      ["application/atom+xml", "Papers of the day (Atom)", "feeds/day.atom"],
      ["application/rss+xml", "Papers of the day (RSS)", "feeds/day.rss"],
      ["application/feed+json", "Papers of the day (JSON Feed)", "feeds/day.json"],
      ["application/atom+xml", "Papers of the week (Atom)", "feeds/week.atom"],
      ["application/rss+xml", "Papers of the week (RSS)", "feeds/week.rss"],
      ["application/feed+json", "Papers of the week (JSON Feed)", "feeds/week.json"],
    ]);
    for (const [, , href] of links) expect((await t.get(`/${href}`)).status).toBe(200);
  });

  test("the web copy of a digest names those of its period, through its filter", async () => {
    await feature(t.db, "2026-10-07", ["agents & tools"], "2026-10-09T00:00:10Z");
    await subscribe(t.db, 1, { filter: '{"keywords": ["agents", "tool use"]}', next_send_at: "2026-10-09T07:00:00Z" });
    const now = new Date("2026-10-09T08:00:00Z");
    await planDigests(t.db, now, readableLog().log);
    const [mail] = await sendAll(t.db, settings, now);
    expect(linksOf(await t.text(`/digest/issues/${mail!.token}`))).toEqual(
      [
        ["application/atom+xml", "Papers of the day, filtered (Atom)", "atom"],
        ["application/rss+xml", "Papers of the day, filtered (RSS)", "rss"],
        ["application/feed+json", "Papers of the day, filtered (JSON Feed)", "json"],
      ].map(([type, title, format]) => [
        type,
        title,
        `https://papers.example/feeds/day.${format}?keywords=agents&amp;keywords=tool+use`,
      ]),
    );
  });
});
