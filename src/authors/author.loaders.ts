import { countBelow, countLoader, keptCountLoader, listLoader, pageBelow, rowLoader, rowsOf } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import type { Author } from "./author.entity";
import { authorColumns } from "./author.service";

/** An author as one paper prints them. */
export interface PrintedAuthor extends Author {
  position: number;
  printedName: string;
}

export const authorLoaders = {
  author: ({ db }: PaperSources, name: string) =>
    rowLoader<number, Author>(name, db, (ids) =>
      rowsOf(authorColumns, sql`${ids}::int[]`, sql`authors a on a.id = k.id`),
    ),
  paperAuthors: ({ db }: PaperSources, name: string) =>
    listLoader<number, null, PrintedAuthor>(
      name,
      db,
      (paperIds, _, slice) => sql`
      select k.parent::int as parent, ${authorColumns}, s.position, s."printedName", s."key0"
      from unnest(${paperIds}::int[]) with ordinality as k (id, parent)
      cross join lateral (
        select s.author_id, s.position, s.name as "printedName", ${slice.keyColumns}
        from authorships s
        where s.paper_id = k.id and ${slice.condition}
        order by ${slice.orderBy}
        limit ${slice.limit}
      ) s
      join authors a on a.id = s.author_id
      order by k.parent, ${slice.outerOrderBy}`,
    ),
  paperAuthorCount: ({ db }: PaperSources, name: string) =>
    countLoader<number, null>(name, db, (paperIds) => countBelow(paperIds, sql`authorships s where s.paper_id = k.id`)),
  authorPapers: ({ papers }: PaperSources, name: string) =>
    listLoader<number, null, Paper>(name, papers, (authorIds, _, slice) =>
      pageBelow(
        papers.columns,
        authorIds,
        sql`papers p where p.id in (select s.paper_id from authorships s where s.author_id = k.id)`,
        slice,
      ),
    ),
  authorPaperCount: ({ db }: PaperSources, name: string) => keptCountLoader(name, db, sql`authors`),
};
