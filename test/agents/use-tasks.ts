import { signIn } from "../support/factories";
import { createSampleDatabase } from "../support/sample";
import { useAgents } from "./use-agents";

export interface Paper {
  id: string;
  arxivId?: string;
  title: string;
  authors: string[];
  authorCount: number;
  upvotes: number;
  rank: number;
}

/** An API with the sample, and what an agent does again and again. */
export function useTasks() {
  const { t, call, ask } = useAgents(createSampleDatabase);
  let token = "";
  beforeAll(async () => {
    token = await signIn(t.db, "ada");
  });

  /** The one value of a statement. */
  const one = async (sql: string) => Object.values((await t.db.run<Record<string, unknown>>(sql))[0]!)[0];
  const best = async (args: object = {}): Promise<Paper> => (await ask("get_feed", { first: 1, ...args })).papers[0];
  const details = async (...papers: string[]) => (await ask("get_paper", { papers })).papers;
  /** All papers of a list, page by page. */
  const walk = async (tool: string, args: object): Promise<Paper[]> => {
    const all: Paper[] = [];
    let after: string | undefined;
    do {
      const page = await ask(tool, { ...args, after });
      all.push(...page.papers);
      after = page.papers.length > 0 ? page.nextCursor : undefined;
    } while (after !== undefined);
    return all;
  };
  const month = async (filter: object = {}) => ask("get_feed", { period: "MONTH", filter, first: 50 });
  return { t, call, ask, one, best, details, walk, month, token: () => token };
}
