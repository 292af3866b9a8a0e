import { type Paper, useTasks } from "./use-tasks";

/** What an agent finds out from one answer after the other, beginning with nothing but the tools; compared with the database. */
describe("reading tasks of an agent that follows the answers alone", () => {
  const { t, ask, one, best, details, walk, month } = useTasks();

  const LATEST = "(select max(featured_on) from papers)";
  const tasks: Record<string, () => Promise<void>> = {
    "the latest day": async () => expect((await ask("get_feed")).key).toBe(await one(`select ${LATEST}::text`)),
    "how many papers it had": async () =>
      expect((await ask("get_feed")).total).toBe(
        await one(`select count(*)::int from feed_entries where day = ${LATEST}`),
      ),
    "its best paper's votes": async () =>
      expect((await best()).upvotes).toBe(
        await one(`select max(upvote_count) from papers where featured_on = ${LATEST}`),
      ),
    "the three feeds before": async () => {
      const keys: string[] = [];
      let { previous } = await ask("get_feed", { first: 1 });
      while (keys.length < 3) {
        keys.push(previous);
        ({ previous } = await ask("get_feed", { on: previous, first: 1 }));
      }
      const days = await t.db.run<{ day: string }>(
        `select distinct day::text as day from feed_entries where day < ${LATEST} order by 1 desc limit 3`,
      );
      expect(keys).toEqual(days.map(({ day }) => day));
    },
    "the feed after one of them": async () => {
      const { key, previous } = await ask("get_feed", { first: 1 });
      expect((await ask("get_feed", { on: previous, first: 1 })).next).toBe(key);
    },
    "a day without papers, and where to go from there": async () => {
      const { total, papers, previous, next } = await ask("get_feed", { on: "2026-05-24" });
      expect([total, papers]).toEqual([0, []]);
      expect([previous < "2026-05-24", next > "2026-05-24"]).toEqual([true, true]);
    },
    "the week's best paper": async () => {
      const { papers } = await ask("get_feed", { period: "WEEK", first: 2 });
      expect(papers[0].upvotesInPeriod).toBeGreaterThanOrEqual(papers[1].upvotesInPeriod);
    },
    "the last paper of the latest day": async () => {
      const all = await walk("get_feed", { first: 20 });
      expect(all.at(-1)!.rank).toBe((await ask("get_feed", { first: 1 })).total);
    },
    "all papers of a day, seven at a time": async () => {
      const all = await walk("get_feed", { first: 7 });
      expect(new Set(all.map(({ id }) => id)).size).toBe((await ask("get_feed", { first: 1 })).total);
    },
    "the same in pages that are cut to fit": async () => {
      const all = await walk("get_feed", { period: "MONTH", first: 50 });
      expect(all.map(({ rank }) => rank)).toEqual(all.map((_, i) => i + 1));
    },
    "the best paper's abstract": async () => {
      const { id } = await best();
      expect((await details(id))[0].abstract.length).toBeGreaterThan(200);
    },
    "how many wrote it, and the first of them": async () => {
      const { arxivId, authorCount, authors } = await best();
      const names = `select author_count from papers where arxiv_id = '${arxivId}'`;
      expect(authorCount).toBe(await one(names));
      expect(authors).toHaveLength(Math.min(5, authorCount));
    },
    "its BibTeX": async () => {
      const { arxivId } = await best();
      const { papers } = await ask("get_paper", { papers: [arxivId], cite: true });
      expect(papers[0].citation).toContain(`eprint = {${arxivId}}`);
    },
    "its citation for Zotero": async () => {
      const { papers } = await ask("get_paper", { papers: [(await best()).id], cite: true, format: "RIS" });
      expect(papers[0].citation).toMatch(/^TY {2}- /);
    },
    "its citation for pandoc, without the rest": async () => {
      const { id, title } = await best();
      const { papers } = await ask("get_paper", { papers: [id], full: false, cite: true, format: "CSL_JSON" });
      expect(JSON.parse(papers[0].citation).title).toBe(title);
      expect(papers[0].abstract).toBeUndefined();
    },
    "what is related to it, and what that is about": async () => {
      const { papers } = await month();
      for (const { id } of papers.slice(0, 5)) {
        const [{ related }] = await details(id);
        if (!related) continue;
        const found = await details(...related.map((each: Paper) => each.id));
        expect(found.map(({ title }: Paper) => title)).toEqual(related.map(({ title }: Paper) => title));
      }
    },
    "three papers at once, in the order asked": async () => {
      const { papers } = await ask("get_feed", { first: 3 });
      const ids = papers.map(({ arxivId }: Paper) => arxivId).reverse();
      expect((await details(...ids)).map(({ arxivId }: Paper) => arxivId)).toEqual(ids);
    },
    "twenty papers in full, those that do not fit in further answers": async () => {
      let left = (await month()).papers.slice(0, 20).map(({ id }: Paper) => id);
      const seen: string[] = [];
      while (left.length > 0) {
        const answer = await ask("get_paper", { papers: left });
        seen.push(...answer.papers.map(({ id }: Paper) => id));
        ({ left } = answer);
      }
      expect(new Set(seen).size).toBe(20);
    },
  };

  test.each(Object.entries(tasks))("%s", (_, follow) => follow());
});
