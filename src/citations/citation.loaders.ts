import DataLoader from "dataloader";
import type { FirstAuthors } from "../authors/first-authors";
import type { Db } from "../db/database";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import { type Citation, citePaper } from "./citation";

type Read = Paper & { firstAuthors?: FirstAuthors };

export const citationLoaders = {
  /** One for all formats and fields of a request. */
  citation: ({ db }: PaperSources) =>
    new DataLoader<Read, Citation, number>(
      async (papers) => {
        const partly = papers.filter(({ firstAuthors }) => !firstAuthors?.areAll);
        const names = await readNames(
          db,
          partly.map(({ rowId }) => rowId),
        );
        return papers.map((paper) =>
          citePaper(paper, names.get(paper.rowId) ?? paper.firstAuthors?.printed.map((each) => each.printedName) ?? []),
        );
      },
      { cacheKeyFn: ({ rowId }) => rowId },
    ),
};

/** All printed names of papers, in order. Without papers nothing is read. */
async function readNames(db: Db, paperIds: readonly number[]): Promise<Map<number, string[]>> {
  if (paperIds.length === 0) return new Map();
  const statement = sql`
    select s.paper_id as "paperId", array_agg(s.name order by s.position) as names
    from authorships s where s.paper_id = any(${paperIds}::int[]) group by s.paper_id`;
  const rows = await db.query<{ paperId: number; names: string[] }>(statement.planned("once"));
  return new Map(rows.map(({ paperId, names }) => [paperId, names]));
}
