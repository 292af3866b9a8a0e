import { readConfig } from "../../src/config/config";
import { configuredSources } from "../../src/sources/configured-sources";
import type { SourceDeps } from "../../src/sources/source-loop";
import { useSource } from "../ingest/sources/use-source";
import type { TestDatabase } from "../support/database";
import { useDatabase } from "../support/use-api";
import { TestClock, workerOf } from "./use-sources";

interface ListedPaper {
  id: string;
  upvotes: number;
}

/** Hugging Face on this machine, whose days are what a test says, and workers that read it by the test's clock. */
export function useHuggingFace(used: { readonly db: TestDatabase } = useDatabase()) {
  const source = useSource({ hasPages: true });
  const t = {
    source,
    clock: new TestClock(0),
    /** What is listed, by day. */
    days: new Map<string, ListedPaper[]>(),
    get db() {
      return used.db;
    },
    /** A worker; the settings are those of a start. */
    worker: (env: Record<string, string> = {}, over: Partial<SourceDeps> = {}): SourceDeps => {
      const given = { SOURCES: "huggingface", HUGGINGFACE_URL: source.baseUrl(), ...env };
      return workerOf(used.db, configuredSources(readConfig(given)), t.clock, over);
    },
    /** The stored papers of a day, by id. */
    stored: async (day: string): Promise<(string | null)[]> => {
      const rows = await used.db.run<{ arxiv_id: string | null }>(
        "select arxiv_id from papers p join feed_entries e on e.paper_id = p.id where e.day = $1 order by 1",
        [day],
      );
      return rows.map((row) => row.arxiv_id);
    },
    task: async (day: string) =>
      (await used.db.run<Record<string, unknown>>("select * from source_tasks where key = $1", [day]))[0],
  };
  beforeEach(async () => {
    await used.db.reset();
    await used.db.run("delete from source_tasks; delete from source_budgets");
    t.clock.time = Date.parse("2026-05-06T12:00:00Z");
    t.days = new Map();
    source.handler = (day, response, request) => {
      const url = new URL(request.url!, source.baseUrl());
      const [page, limit] = [Number(url.searchParams.get("p") ?? 0), 100];
      const listed = t.days.get(day) ?? [];
      const end = (page + 1) * limit;
      url.searchParams.set("p", String(page + 1));
      if (end < listed.length) response.setHeader("link", `<${url.href}>; rel="next"`);
      response.end(JSON.stringify(listed.slice(page * limit, end).map((paper) => itemOf(paper, day))));
    };
  });
  return t;
}

const itemOf = ({ id, upvotes }: ListedPaper, day: string) => ({
  paper: { id, title: `Paper ${id}`, upvotes, publishedAt: `${day}T00:00:00Z`, submittedOnDailyAt: `${day}T08:00:00Z` },
});

/** So many papers of a day, from a number on. */
export const listed = (count: number, first = 1, upvotes = 1): ListedPaper[] =>
  Array.from({ length: count }, (_, i) => ({ id: `2605.${String(first + i).padStart(5, "0")}`, upvotes }));
