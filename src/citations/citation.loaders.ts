import DataLoader from "dataloader";
import { GraphQLError } from "graphql";
import type { FirstAuthors } from "../authors/first-authors";
import type { Db } from "../db/database";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import { type Citation, citePaper } from "./citation";

/** Authors that the citations of one request may name together: 500 of each of a hundred papers. Their bytes are not in its cost. */
const MAX_NAMED = 50_000;

type Read = Paper & { firstAuthors?: FirstAuthors };

export const citationLoaders = {
  /** One for all formats and fields of a request. */
  citation: ({ db }: PaperSources) => {
    const onNaming = createNameLimit();
    return new DataLoader<Read, Citation, number>(
      async (papers) => {
        const partly = papers.filter(({ firstAuthors }) => !firstAuthors?.areAll);
        const names = await readNames(
          db,
          partly.map(({ rowId }) => rowId),
        );
        return papers.map((paper) =>
          citePaper(
            paper,
            names.get(paper.rowId) ?? paper.firstAuthors?.printed.map((each) => each.printedName) ?? [],
            onNaming,
          ),
        );
      },
      { cacheKeyFn: ({ rowId }) => rowId },
    );
  },
};

/** Counts names; throws QUERY_TOO_COMPLEX when they are too many. */
function createNameLimit(): (count: number) => void {
  let named = 0;
  return (count) => {
    named += count;
    if (named <= MAX_NAMED) return;
    throw new GraphQLError(
      `The citations of a request may name ${MAX_NAMED} authors together: ask for fewer papers or formats at a time.`,
      { extensions: { code: "QUERY_TOO_COMPLEX" } },
    );
  };
}

/** All printed names of papers, in order. Without papers nothing is read. */
async function readNames(db: Db, paperIds: readonly number[]): Promise<Map<number, string[]>> {
  if (paperIds.length === 0) return new Map();
  const statement = sql`
    select s.paper_id as "paperId", array_agg(s.name order by s.position) as names
    from authorships s where s.paper_id = any(${paperIds}::int[]) group by s.paper_id`;
  const rows = await db.query<{ paperId: number; names: string[] }>(statement.planned("once"));
  return new Map(rows.map(({ paperId, names }) => [paperId, names]));
}
