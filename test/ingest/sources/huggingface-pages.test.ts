import { type FetchedDay, fetchDays } from "../../../src/ingest/sources/huggingface.client";
import { json, papers, servePages, useSource } from "./use-source";

describe("reading the live source", () => {
  const source = useSource({ hasPages: true });

  describe("a list of several pages", () => {
    test.each([
      ["51 papers in pages of 50", 51, 50, 2],
      ["120 in pages of 50", 120, 50, 3],
      ["100 in pages of 50, of which the last is full", 100, 50, 3],
      ["250 in pages as large as asked for", 250, undefined, 3],
      ["99 in one page, which a source with pages of 99 would give, too", 99, undefined, 2],
      ["130 in pages of 48", 130, 48, 3],
      ["96 in pages of 48", 96, 48, 3],
      ["5 in pages of 1", 5, 1, 6],
      ["45 in pages of 20", 45, 20, 3],
    ])("%s is read to its end", async (_, total, size, requests) => {
      const searches = servePages(source, total, size);
      const days = await source.read("2026-02-01", "2026-02-01");
      expect(days.map(({ items }) => items)).toEqual([papers(0, total)]);
      expect(searches).toHaveLength(requests);
      expect(searches.slice(0, 2)).toEqual(
        ["", "&p=1"].slice(0, requests).map((page) => `?date=2026-02-01&limit=100${page}`),
      );
    });

    test("is asked about once of a source whose later days are shorter than its longest page", async () => {
      const sizes: Record<string, number> = { "2026-02-01": 30, "2026-02-02": 20, "2026-02-03": 30, "2026-02-04": 31 };
      const searches: string[] = [];
      source.handler = (day, response, request) => {
        searches.push(request.url!);
        json(response, request.url!.includes("&p=") ? [] : papers(0, sizes[day]!));
      };
      await source.read("2026-02-01", "2026-02-04");
      expect(
        searches.filter((search) => search.includes("&p=")).map((search) => /date=([^&]*)/.exec(search)![1]),
      ).toEqual(["2026-02-01", "2026-02-03", "2026-02-04"]);
    });

    const odd = (i: number) => ({ paper: { title: `No. ${i} has no id` } });
    const deep: unknown = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);
    test.each([
      ["an odd one alone behind the first page", [papers(0, 100), [odd(0)]], 2],
      [
        "nothing but odd ones on a page amid",
        [papers(0, 100), Array.from({ length: 100 }, (_, i) => odd(i)), papers(100, 150)],
        3,
      ],
      ["odd ones that are no objects", [papers(0, 2), [null, 5], papers(2, 3)], 3],
      ["one that is too deep to be compared", [papers(0, 1), [deep], [papers(1, 2)]], 3],
    ])("with %s is read to its end, and all of it is given", async (_, pages, requests) => {
      const searches: string[] = [];
      source.handler = (_day, response, request) => {
        searches.push(request.url!);
        const page = Number(new URL(request.url!, "http://source").searchParams.get("p") ?? 0);
        const isDeep = pages[page]?.[0] === deep;
        if (isDeep) response.end(`[${"[".repeat(20_000)}${"]".repeat(20_000)}]`);
        else json(response, pages[page] ?? []);
      };
      const [day] = await source.read("2026-02-01", "2026-02-01", { timeoutMs: 5000 });
      expect(day!.items).toHaveLength(pages.flat().length);
      expect(searches.length).toBeGreaterThanOrEqual(requests);
    });

    test.each([
      [120, 50, 4],
      [50, 50, 3],
      [51, 50, 3],
      [30, 50, 3],
      [250, 100, 4],
    ])("of %i papers in pages of %i is read to its end where `p` begins at 1", async (total, size, requests) => {
      const searches: string[] = [];
      source.handler = (_day, response, request) => {
        searches.push(request.url!);
        const page = Number(new URL(request.url!, "http://source").searchParams.get("p") ?? 1) - 1;
        json(response, papers(page * size, Math.min((page + 1) * size, total)));
      };
      expect((await source.read("2026-02-01", "2026-02-01"))[0]!.items).toEqual(papers(0, total));
      expect(searches).toHaveLength(requests);
    });

    test("ends where a source that knows no pages gives the same again, odd ones too", async () => {
      const all = [...papers(0, 49), odd(0)];
      const searches: string[] = [];
      source.handler = (_, response, request) => {
        searches.push(request.url!);
        json(response, all);
      };
      expect((await source.read("2026-02-01", "2026-02-01"))[0]!.items).toEqual(all);
      expect(searches).toHaveLength(3);
    });

    test("ends where a source that knows no pages gives the same again", async () => {
      const searches: string[] = [];
      source.handler = (_, response, request) => {
        searches.push(request.url!);
        json(response, papers(0, 50));
      };
      expect((await source.read("2026-02-01", "2026-02-01"))[0]!.items).toEqual(papers(0, 50));
      expect(searches).toHaveLength(3);
    });

    test("asks again for the page that failed, and gives no half of a day", async () => {
      const pages: (string | null)[] = [];
      source.handler = (_, response, request) => {
        const page = new URL(request.url!, "http://source").searchParams.get("p");
        pages.push(page);
        if (page === "1") response.writeHead(500).end();
        else json(response, papers(0, 50));
      };
      const days: FetchedDay[] = [];
      const reading = (async () => {
        const options = {
          baseUrl: source.baseUrl(),
          from: "2026-02-01",
          to: "2026-02-01",
          backOffMs: 1,
          attempts: 3,
          now: async () => new Date(),
        };
        for await (const day of fetchDays({ ...options, pauseMs: 0 })) days.push(day);
      })();
      await expect(reading).rejects.toThrow("2026-02-01 cannot be read");
      expect(pages).toEqual([null, "1", "1", "1"]);
      expect(days).toEqual([]);
    });
  });
});
