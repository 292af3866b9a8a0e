import Parser from "rss-parser";
import { THEN, threePapers, useFeeds } from "./use-feeds";

describe("web feeds", () => {
  const t = useFeeds();
  const { get, items, text, titles, tagOf } = t;
  beforeAll(() => t.add(threePapers, THEN));

  test("a day is the latest one whose ranks are settled, in the order of its ranks", async () => {
    expect(await titles("/feeds/day.json")).toEqual(["Agents & <tools>", "Second of the twelfth"]);
    expect(await titles("/feeds/day.json?when=live")).toEqual(["First of the thirteenth"]);
    expect(await titles("/feeds/day.json?on=2026-05-12&top=1")).toEqual(["Agents & <tools>"]);
    expect(await titles("/feeds/day.json?on=2026-05-13")).toEqual([]);
    expect(await titles("/feeds/day.json?on=2026-05-13&when=live")).toEqual(["First of the thirteenth"]);
    expect(await titles("/feeds/week.json?when=live")).toHaveLength(3);
    expect(await titles("/feeds/month.json")).toEqual([]);
  });

  test("the other feeds have what their lists in the graph have", async () => {
    expect(await titles("/feeds/new.json")).toEqual([
      "First of the thirteenth",
      "Second of the twelfth",
      "Agents & <tools>",
    ]);
    expect(await titles("/feeds/search.json?q=tools")).toEqual(["Agents & <tools>"]);
    const { trendingPapers } = await t.api.data("{ trendingPapers(window: QUARTER) { nodes { title } } }");
    expect(await titles("/feeds/trending.json?window=quarter")).toEqual(
      trendingPapers.nodes.map((each: { title: string }) => each.title),
    );
  });

  test("the filter is applied", async () => {
    expect(await titles("/feeds/new.json?keywords=agents&keywords=tool+use")).toEqual(["Agents & <tools>"]);
    expect(await titles("/feeds/new.json?hasCode=false&minUpvotes=4")).toEqual(["Second of the twelfth"]);
    expect(await titles("/feeds/day.json?excludeCategories=cs")).toEqual(["Second of the twelfth"]);
    expect(await titles("/feeds/day.json?keywords=nothing")).toEqual([]);
  });

  test("an entry in JSON Feed", async () => {
    const [entry] = await items("/feeds/day.json?top=1");
    const { searchPapers } = await t.api.data('{ searchPapers(query: "tools") { nodes { updatedAt } } }');
    expect(entry).toEqual({
      id: await tagOf("Agents & <tools>"),
      title: "Agents & <tools>",
      url: "https://arxiv.org/abs/2605.00001",
      external_url: "https://github.com/a/b",
      date_published: "2026-05-12T00:00:00.000Z",
      date_modified: searchPapers.nodes[0].updatedAt,
      authors: [{ name: "Ada Lovelace" }, { name: "Alan Turing" }],
      tags: ["cs.CL", "stat.ML", "agents"],
      content_text: "We use $x < y$ & more.",
      content_html:
        '<p>Ada Lovelace, Alan Turing</p><p>We use $x &lt; y$ &amp; more.</p><p><a href="https://arxiv.org/abs/2605.00001">Page</a> · <a href="https://arxiv.org/pdf/2605.00001">PDF</a> · <a href="https://github.com/a/b">Code</a></p>',
      attachments: [{ url: "https://arxiv.org/pdf/2605.00001", mime_type: "application/pdf", title: "PDF" }],
    });
  });

  test("a reader's library reads the same of Atom and RSS", async () => {
    for (const format of ["atom", "rss"]) {
      const answer = await get(`/feeds/day.${format}`);
      expect(answer.headers.get("content-type")).toBe(`application/${format}+xml; charset=utf-8`);
      const body = await answer.text();
      const feed = await new Parser().parseString(body);
      expect(feed.title).toBe("Daily Papers: papers of the day");
      expect(feed.items.map(({ title }) => title)).toEqual(["Agents & <tools>", "Second of the twelfth"]);
      const [first, second] = feed.items;
      expect(first!.link).toBe("https://arxiv.org/abs/2605.00001");
      expect(first!.isoDate).toBe("2026-05-12T00:00:00.000Z");
      expect(first!.id ?? first!.guid).toBe(await tagOf("Agents & <tools>"));
      expect(second!.id ?? second!.guid).toBe(await tagOf("Second of the twelfth"));
      expect(body).toContain("14 authors");
    }
  });

  test("one entry for a period lists its papers", async () => {
    const [entry, ...others] = await items("/feeds/day.json?per=period");
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      id: "tag:papers.example,2026:period/2026-05-12",
      title: "Daily Papers: Tuesday, 12 May 2026",
      url: "https://papers.example/digest",
      date_published: "2026-05-12T00:00:00.000Z",
      content_text: "1. Agents & <tools> https://arxiv.org/abs/2605.00001\n2. Second of the twelfth",
    });
    expect(await items("/feeds/day.json?per=period&keywords=nothing")).toEqual([]);
    // Another list is another entry, whatever the order of the parameters and however the period is named.
    for (const query of ["when=live&on=2026-05-12&keywords=agents&top=5", "top=5&keywords=agents"]) {
      const [filtered] = await items(`/feeds/day.json?per=period&${query}`);
      expect(filtered!.id).toBe("tag:papers.example,2026:period/2026-05-12?top=5&keywords=agents");
    }
  });

  test("a feed names itself in one form, and the hub where that is told of it", async () => {
    const links = async (path: string) => {
      const links = [...(await text(path)).matchAll(/<link [^>]*>/g)].map(([link]) => link);
      return links.flatMap((link) => {
        const [, rel = ""] = /rel="(self|hub)"/.exec(link) ?? [];
        return rel ? [[rel, /href="([^"]*)"/.exec(link)![1]]] : [];
      });
    };
    expect(await links("/feeds/day.atom")).toEqual([
      ["self", "https://papers.example/feeds/day.atom"],
      ["hub", "https://hub.example/"],
    ]);
    expect(await links("/feeds/day.atom?top=20&hasCode=true&keywords=tool+use&when=final")).toEqual([
      ["self", "https://papers.example/feeds/day.atom?keywords=tool+use&amp;hasCode=true"],
    ]);
    expect(await links("/feeds/new.atom")).toEqual([["self", "https://papers.example/feeds/new.atom"]]);
  });
});
