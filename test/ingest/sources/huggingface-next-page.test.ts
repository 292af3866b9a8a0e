import { json, papers, servePages, useSource } from "./use-source";

describe("reading the live source", () => {
  const source = useSource({ hasPages: true });

  describe("a list of several pages", () => {
    /** A source of so many pages, each of which links to the next. */
    const serveLinked = (
      pageOf: (page: number) => unknown[],
      pages: number,
      linkTo = (page: number) => `?date=2026-02-01&p=${page + 1}`,
    ) => {
      const searches: string[] = [];
      source.handler = (_, response, request) => {
        const { search, searchParams } = new URL(request.url!, "http://source");
        searches.push(search);
        const page = Number(searchParams.get("p") ?? 0);
        if (page + 1 < pages) response.setHeader("link", `<${linkTo(page)}>; rel="next"`);
        json(response, pageOf(page));
      };
      return searches;
    };

    test.each([
      (next: string) => `<${next}>; rel="next"`,
      (next: string) => `<https://source.test/?p=0>; rel="first", <${next}>; title="on"; rel=next`,
      (next: string) => `</api/daily_papers?p=9>; rel="last prev", <${next}>; rel="up next"`,
      (next: string) => `<${next}>; title="a, b"; rel="next"`,
      (next: string) => `<${next}>; title="a \\"; rel=prev"; REL = next ; rel="last"`,
      (next: string) => `<https://source.test/?p=0>; rel="first"; title="<x>; rel=next", <${next}>;rel=next`,
      (next: string) => `<https://source.test/?p=0>; rel=last; rel=next, , <${next}>; crossorigin; rel=next`,
    ])("follows the links that the source gives, at the place that was asked for", async (link) => {
      const next = "https://source.test/elsewhere/api/daily_papers?date=2026-02-01&p=1&cursor=a%2Bb";
      const searches = servePages(source, 5, 3, (page) => (page === 0 ? [["link", link(next)]] : []));
      const [day] = await source.read("2026-02-01", "2026-02-01");
      expect(day!.items).toEqual(papers(0, 5));
      expect(searches).toEqual(["?date=2026-02-01&limit=100", "?date=2026-02-01&p=1&cursor=a%2Bb"]);
    });

    test("that its source links is at its end where no link goes on, also on the days behind", async () => {
      const searches = servePages(source, 4, 2, (page) => (page === 0 ? [["link", '<?p=1>; rel="next"']] : []));
      await source.read("2026-02-01", "2026-02-02");
      expect(searches).toHaveLength(4);
    });

    test.each([
      ["an empty page", [papers(0, 50), [], papers(50, 70)]],
      ["a page of what is known", [papers(0, 50), papers(0, 50), papers(0, 20), papers(50, 70)]],
      ["an empty first page", [[], papers(0, 70)]],
    ])("goes on behind %s that links to a next one", async (_, pages) => {
      const searches = serveLinked((page) => pages[page]!, pages.length);
      const [day] = await source.read("2026-02-01", "2026-02-01");
      expect(new Set(day!.items.map((item) => JSON.stringify(item)))).toEqual(
        new Set(papers(0, 70).map((item) => JSON.stringify(item))),
      );
      expect(day!.items).toHaveLength(70);
      expect(searches).toHaveLength(pages.length);
    });

    test.each([
      ["new papers", (page: number) => papers(page, page + 1)],
      ["nothing new", () => papers(0, 50)],
      ["nothing at all", () => []],
    ])("that links for ever, with %s, is an error that says so", async (_, pageOf) => {
      const searches = serveLinked(pageOf, Number.POSITIVE_INFINITY);
      await expect(source.read("2026-02-01", "2026-02-01")).rejects.toThrow(
        "2026-02-01 cannot be read: its list has no end after 100 pages. Days before it are imported; continue with --from 2026-02-01.",
      );
      expect(searches).toHaveLength(100);
    });

    test("whose pages link in a circle is an error that says so, after each was read once", async () => {
      const searches = serveLinked(
        (page) => papers(page, page + 1),
        100,
        (page) => `?date=2026-02-01&p=${(page + 1) % 4 || 1}`,
      );
      await expect(source.read("2026-02-01", "2026-02-01")).rejects.toThrow(
        /^2026-02-01 cannot be read: its pages link in a circle, back to .*\/api\/daily_papers\?date=2026-02-01&p=1\. Days/,
      );
      expect(searches).toHaveLength(4);
    });

    test.each([
      ["its path", "/api/daily_papers/page/2", "/api/daily_papers/page/2?date=2026-02-01"],
      [
        "its path, by the whole URL",
        "https://source.test/x/api/daily_papers/2?q=1",
        "/api/daily_papers/2?q=1&date=2026-02-01",
      ],
      ["a path that names the day", "/api/daily_papers/2026-02-01/2", "/api/daily_papers/2026-02-01/2"],
      [
        "a query, below a path with a day",
        "/as-of-2025-12-31/api/daily_papers?p=1",
        "/api/daily_papers?p=1&date=2026-02-01",
      ],
      ["a path that goes on from its own", "daily_papers/2?date=2026-02-01", "/api/daily_papers/2?date=2026-02-01"],
      ["a path elsewhere on its host", "/lists/2", "/lists/2?date=2026-02-01"],
      ["a query without the day", "?p=1", "/api/daily_papers?p=1&date=2026-02-01"],
      ["a cursor", "?cursor=a%2Bb#on", "/api/daily_papers?cursor=a%2Bb&date=2026-02-01"],
      ["the day in another form", "?date=2026-02-01T00:00:00Z&p=1", "/api/daily_papers?date=2026-02-01T00:00:00Z&p=1"],
      [
        "another host, by its query",
        "http://inner.test/list?date=2026-02-01&p=1",
        "/api/daily_papers?date=2026-02-01&p=1",
      ],
    ])("whose next page is told by %s is asked for by that, and by its day", async (_, link, next) => {
      const urls: string[] = [];
      source.handler = (_day, response, request) => {
        urls.push(request.url!);
        if (urls.length === 1) response.setHeader("link", `<${link}>; rel="next"`);
        json(response, urls.length === 1 ? papers(0, 2) : papers(2, 3));
      };
      const [day] = await source.read("2026-02-01", "2026-02-01");
      expect(urls.slice(1)).toEqual([next]);
      expect(day!.items).toEqual(papers(0, 3));
    });

    test("behind a path of a mirror's own keeps that path", async () => {
      const urls: string[] = [];
      source.handler = (_day, response, request) => {
        urls.push(request.url!);
        if (urls.length === 1)
          response.setHeader("link", "<https://source.test/api/daily_papers/2?date=2026-02-01>; rel=next");
        json(response, papers(urls.length, urls.length + 1));
      };
      await source.read("2026-02-01", "2026-02-01", { baseUrl: `${source.baseUrl()}/mirror/` });
      expect(urls[1]).toBe("/mirror/api/daily_papers/2?date=2026-02-01");
    });

    test("whose next page is on another host, and of no day, is an error that names it", async () => {
      serveLinked(
        () => papers(0, 2),
        2,
        () => "http://inner.test/list/2?limit=5",
      );
      await expect(source.read("2026-02-01", "2026-02-01")).rejects.toThrow(
        "2026-02-01 cannot be read: its next page is at http://inner.test/list/2?limit=5, which is neither on the source's host nor names the day.",
      );
    });

    test.each([
      "?date=2026-01-31",
      "?date=2026-01-31&date=2026-02-01",
      "/api/daily_papers/2026-01-31",
      "?date=yesterday",
      "/api/daily_papers/2026-01-31?date=2026-02-01",
    ])("never holds the list of another day, to which it links by %s", async (link) => {
      const searches: string[] = [];
      source.handler = (_day, response, request) => {
        searches.push(request.url!);
        response.setHeader("link", `<${link}>; rel="next"`);
        json(response, request.url!.endsWith("&p=1") ? [] : papers(0, 50));
      };
      expect((await source.read("2026-02-01", "2026-02-01"))[0]!.items).toEqual(papers(0, 50));
      expect(searches.every((search) => /date=2026-02-01&limit=100(?:&p=1)?$/.test(search))).toBe(true);
    });

    test("never holds what a redirect gives that loses the day", async () => {
      source.handler = (_day, response, request) => {
        if (request.url!.includes("date=")) response.writeHead(302, { location: "/api/daily_papers" }).end();
        else json(response, papers(0, 3));
      };
      await expect(source.read("2026-02-01", "2026-02-01")).rejects.toThrow(
        /^2026-02-01 cannot be read: the source redirects to .*\/api\/daily_papers, which does not ask for this day; is HUGGINGFACE_URL or --base-url right\?/,
      );
    });

    test("may be redirected with its day", async () => {
      source.handler = (_day, response, request) => {
        if (!request.url!.startsWith("/new")) response.writeHead(302, { location: `/new${request.url}` }).end();
        else json(response, request.url!.includes("&p=") ? [] : papers(0, 3));
      };
      expect((await source.read("2026-02-01", "2026-02-01"))[0]!.items).toEqual(papers(0, 3));
    });
  });
});
