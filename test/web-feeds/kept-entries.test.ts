import { defaultOptimizations } from "../../src/config/optimizations";
import { formatNames } from "../../src/web-feeds/feed-url";
import { formats } from "../../src/web-feeds/formats/formats";
import { addressOf, type TestApi } from "../support/api";
import { unlimited } from "../support/limits";
import { paperOf, THEN, threePapers, useFeeds } from "./use-feeds";

/** Every request composes its feed. */
const optimizations = { ...defaultOptimizations, answerCacheMb: 0 };

const AGAIN = "Featured twice";

const PATHS = [
  "day?when=live",
  "day?on=2026-05-12",
  "week?when=live",
  "week?when=live&keywords=agents&top=2",
  "week?when=live&per=period",
  "month?when=live&hasCode=true",
  "month",
  "new",
  "new?minUpvotes=4",
  "trending?window=quarter",
  "search?q=tools",
  "search?q=nothing",
];
const CHANGES = [
  "update papers set title = title || ' anew'",
  "update papers set abstract = 'Another abstract: $a < b$ “quoted”'",
  "update papers set abstract = null, summary = 'A summary'",
  "update papers set keywords = '{agents,other}', categories = '{cs.AI}'",
  "update papers set code_url = 'https://github.com/b/c', pdf_url = null, url = 'https://arxiv.org/abs/2605.00002'",
  "update papers set published_on = '2026-05-01', updated_at = '2026-05-14T11:00:00Z'",
  "update papers set author_count = 77",
];

describe("entries that papers keep encoded", () => {
  const t = useFeeds({ optimizations, limits: unlimited });
  let plain: TestApi;
  beforeAll(async () => {
    await t.add(
      [...threePapers, paperOf(AGAIN, "2026-05-12", 4, { arxivId: "2605.00009", authors: ["Ada Lovelace"] })],
      THEN,
    );
    await t.add([paperOf(AGAIN, "2026-05-13", 4, { arxivId: "2605.00009" })], THEN);
    plain = await t.start({ optimizations: { ...optimizations, contentCacheMb: 0 }, limits: unlimited });
  });

  /** Of a new document, the first request compiles nothing, the second keeps, the third recalls. */
  async function expectSame(path: string, requests = 3): Promise<void> {
    const expected = await (await fetch(`http://${addressOf(plain)}${path}`)).text();
    for (let i = 0; i < requests; i++) expect(await t.text(path)).toBe(expected);
  }
  const pathsIn = (format: string) => PATHS.map((each) => `/feeds/${each.replace(/(?=\?)|$/, `.${format}`)}`);

  test.each(formatNames)(
    "make feeds with the same bytes as without, in %s, and change with what they show",
    async (format) => {
      for (const path of pathsIn(format)) await expectSame(path);
      t.db.allowWrongCounts();
      for (const change of CHANGES) {
        await t.db.run(change);
        for (const path of pathsIn(format).slice(0, 2)) await expectSame(path, 2);
      }
    },
  );

  test("change with their authors", async () => {
    await t.text("/feeds/new.json");
    const authors = ["Ada Lovelace", "Grace Hopper"];
    await t.add([paperOf(AGAIN, "2026-05-13", 4, { arxivId: "2605.00009", authors, authorCount: 2 })], THEN);
    for (const format of formatNames) expect(await t.text(`/feeds/new.${format}`)).toContain("Grace Hopper");
  });

  test.each([
    ["atom", "<published>2026-05-12T00:00:00.000Z</published>", "<published>2026-05-13T00:00:00.000Z</published>"],
    ["rss", "<pubDate>Tue, 12 May 2026 00:00:00 GMT</pubDate>", "<pubDate>Wed, 13 May 2026 00:00:00 GMT</pubDate>"],
    ["json", '"date_published":"2026-05-12T00:00:00.000Z"', '"date_published":"2026-05-13T00:00:00.000Z"'],
  ])("of a paper that was featured twice have the time of each feed, in %s", async (format, first, second) => {
    for (let i = 0; i < 3; i++) {
      const [early, late] = [
        await t.text(`/feeds/day.${format}?on=2026-05-12&keywords=agents`),
        await t.text(`/feeds/day.${format}?on=2026-05-13&when=live&keywords=agents`),
      ];
      for (const feed of [early, late]) expect(feed).toContain(AGAIN);
      expect(early).toContain(first);
      expect(early).not.toContain(second);
      expect(late).toContain(second);
      expect(late).not.toContain(first);
    }
  });

  test("are written once for each format and revision", async () => {
    const write = jest.spyOn(formats.rss, "entry");
    const written = async () => {
      write.mockClear();
      await t.text("/feeds/month.rss?when=live&top=30");
      return write.mock.calls.length;
    };
    await t.db.run("update papers set title = title || '.'");
    await written();
    expect(await written()).toBe(0);
    await t.db.run("update papers set title = title || '.' where title like 'First%'");
    expect(await written()).toBe(1);
    expect(await written()).toBe(0);
    write.mockRestore();
  });
});
