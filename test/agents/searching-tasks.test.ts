import { callMethod } from "./use-agents";
import { type Paper, useTasks } from "./use-tasks";

/** What an agent finds, votes for and copies from one answer after the other, beginning with nothing but the tools; compared with the database. */
describe("other tasks of an agent that follows the answers alone", () => {
  const { t, call, ask, one, best, details, month, token } = useTasks();

  const tasks: Record<string, () => Promise<void>> = {
    "a paper by its title": async () => {
      const { title, id } = await best();
      const { papers } = await ask("search_papers", { query: title, mode: "KEYWORD" });
      expect(papers[0].id).toBe(id);
    },
    "a paper by what its title means": async () => {
      const { title, id } = await best();
      const { papers } = await ask("search_papers", { query: title.slice(0, 300), mode: "MEANING" });
      expect(papers.map((each: Paper) => each.id)).toContain(id);
    },
    "a paper by its arXiv id, and by a link": async () => {
      const { arxivId, id } = await best();
      for (const query of [arxivId, `https://huggingface.co/papers/${arxivId}`]) {
        expect((await ask("search_papers", { query })).papers[0].id).toBe(id);
      }
    },
    "a second page that repeats nothing": async () => {
      const query = "reasoning of language models";
      const first = await ask("search_papers", { query });
      const second = await ask("search_papers", { query, after: first.nextCursor });
      const ids = [...first.papers, ...second.papers].map(({ id }: Paper) => id);
      expect(new Set(ids).size).toBe(20);
    },
    "that nothing is found": async () => {
      const { content } = await call("search_papers", { query: "qwxzqwxz", mode: "MEANING" });
      expect(content[0]!.text).toBe("No paper was found.");
    },
    "what has code": async () => {
      const { papers } = await month({ hasCode: true });
      const found = await details(...papers.slice(0, 3).map(({ id }: Paper) => id));
      for (const paper of found) expect(paper.codeUrl).toMatch(/^https:/);
    },
    "what has fifty votes or more": async () => {
      const { papers } = await month({ minUpvotes: 50 });
      for (const { upvotes } of papers) expect(upvotes).toBeGreaterThanOrEqual(50);
    },
    "how many are about agents, and how many not": async () => {
      const [all, agents, others] = [
        await month(),
        await month({ keywords: ["agents"] }),
        await month({ excludeKeywords: ["agents"] }),
      ];
      expect(agents.total).toBeGreaterThan(0);
      expect(agents.total + others.total).toBe(all.total);
    },
    "what was published on the days of the feed": async () => {
      const { startDate, papers } = await month({ publishedFrom: "2026-05-20" });
      expect(startDate).toBe("2026-05-01");
      for (const { publishedOn } of papers) expect(publishedOn >= "2026-05-20").toBe(true);
    },
    "what else an author wrote": async () => {
      const { authors, id } = await best();
      const found = await ask("find", { name: authors[0]! });
      const { papers } = await month({ authorIds: [found.authors[0].id] });
      expect(papers.map((each: Paper) => each.id)).toContain(id);
    },
    "an author with a typing error": async () => {
      const [name] = (await best()).authors;
      const found = await ask("find", { name: name!.replace(/(.)(.)$/, "$2$1") });
      expect(found.authors.map((each: { name: string }) => each.name)).toContain(name);
    },
    "what else an organization published": async () => {
      const { papers } = await month();
      const found = await details(...papers.slice(0, 20).map(({ id }: Paper) => id));
      const { organization, id } = found.find((each: { organization?: object }) => each.organization);
      const theirs = await month({ organizationIds: [organization.id] });
      expect(theirs.papers.map((each: Paper) => each.id)).toContain(id);
    },
    "the organization with the most papers, and its best paper of the month": async () => {
      const { organizations } = await ask("find", { first: 1 });
      expect(organizations[0].papers).toBe(
        await one(
          "select count(*)::int from papers where organization_id is not null group by organization_id order by 1 desc limit 1",
        ),
      );
      const { papers } = await month({ organizationIds: [organizations[0].id] });
      expect(papers[0].rank).toEqual(expect.any(Number));
    },
    "a topic, and the papers about it": async () => {
      const { topics } = await ask("find", { name: "diffusion" });
      const { total } = await month({ keywords: [topics[0].label] });
      expect(total).toBeGreaterThanOrEqual(1);
    },
    "what is about the same": async () => {
      const { id, title } = await best();
      const { total, papers } = await ask("search_papers", { query: title, filter: { near: [id] }, mode: "MEANING" });
      expect(papers.map((each: Paper) => each.id)).toContain(id);
      expect(total).toBeLessThan((await ask("search_papers", { query: title, mode: "MEANING" })).total);
    },
    "the right way after a mistake": async () => {
      const wrong = await call("get_feed", { period: "MONTH", on: "May 2026" });
      expect(wrong.content[0]!.text).toContain("such as 2026-05-13");
      expect((await ask("get_feed", { period: "MONTH", on: "2026-05-13" })).key).toBe("2026-05");
    },
    "a known paper among unknown ones": async () => {
      const { arxivId } = await best();
      const answer = await ask("get_paper", { papers: ["9999.99999", arxivId, "8888.88888"] });
      expect(answer).toMatchObject({ unknown: ["9999.99999", "8888.88888"], papers: [{ arxivId }] });
    },
    "the text of a feed": async () => {
      const { key } = await ask("get_feed");
      const { result } = await callMethod(t.api, "resources/read", { uri: `daily-papers://feed/${key}` });
      expect(result.contents[0].text).toContain(`Feed ${key}`);
    },
    "the text of a paper": async () => {
      const { arxivId } = await best();
      const { result } = await callMethod(t.api, "resources/read", { uri: `daily-papers://paper/${arxivId}` });
      expect(result.contents[0].text).toContain(arxivId);
    },
    "that nothing trends yet": async () => {
      const { content, structuredContent } = await call("get_trending", { window: "QUARTER" });
      expect([structuredContent.total, content[0]!.text]).toEqual([0, "No paper trends now."]);
    },
    "to vote for the best paper, twice, and how many votes it has": async () => {
      const { id, upvotes } = await best();
      expect(await ask("upvote", { id }, token())).toMatchObject({ changed: true, paper: { upvotes: upvotes + 1 } });
      expect(await ask("upvote", { id }, token())).toMatchObject({ changed: false, paper: { upvotes: upvotes + 1 } });
    },
    "to take it back": async () => {
      const { id, upvotes } = await best();
      expect(await ask("remove_upvote", { id }, token())).toMatchObject({
        changed: true,
        paper: { upvotes: upvotes - 1 },
      });
    },
    "to keep a copy, and what changed since": async () => {
      const since = "2020-01-01T00:00:00Z";
      let after: string | undefined;
      const all = new Set<string>();
      for (;;) {
        const page = await ask("changes_since", { since, first: 50, after });
        for (const { id } of page.papers) all.add(id);
        if (page.papers.length === 0) break;
        after = page.nextCursor;
      }
      expect(all.size).toBe(await one("select count(*)::int from papers"));
      const { id } = await best();
      await ask("upvote", { id }, token());
      let changed: Paper[] = [];
      while (changed.length === 0) changed = (await ask("changes_since", { since, after })).papers;
      expect(changed).toMatchObject([{ id }]);
    },
  };

  test.each(Object.entries(tasks))("%s", (_, follow) => follow());
});
