import { useFeeds } from "./use-feeds";

describe("feeds that feed readers find by a page", () => {
  const t = useFeeds();

  test("the form of digests names those of the day and the week", async () => {
    const links = [
      ...(await t.text("/digest")).matchAll(/<link rel="alternate" type="([^"]*)" title="([^"]*)" href="([^"]*)">/g),
    ];
    expect(links.map(([, ...parts]) => parts)).toEqual([
      ["application/atom+xml", "Papers of the day (Atom)", "feeds/day.atom"],
      ["application/rss+xml", "Papers of the day (RSS)", "feeds/day.rss"],
      ["application/feed+json", "Papers of the day (JSON Feed)", "feeds/day.json"],
      ["application/atom+xml", "Papers of the week (Atom)", "feeds/week.atom"],
      ["application/rss+xml", "Papers of the week (RSS)", "feeds/week.rss"],
      ["application/feed+json", "Papers of the week (JSON Feed)", "feeds/week.json"],
    ]);
    for (const [, , , href] of links) expect((await t.get(`/${href}`)).status).toBe(200);
  });
});
