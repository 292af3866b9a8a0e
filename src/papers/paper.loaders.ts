import DataLoader from "dataloader";
import { columnsOf } from "../db/columns";
import { rowLoader, rowsOf } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "./paper.entity";
import type { PaperSources } from "./paper-reader";
import { PaperVersion } from "./paper-version.entity";

const versionColumns = columnsOf(PaperVersion, "v");

export const paperLoaders = {
  paper: ({ papers }: PaperSources, name: string) =>
    rowLoader<number, Paper>(name, papers, (ids) =>
      rowsOf(papers.columns, sql`${ids}::int[]`, sql`papers p on p.id = k.id`),
    ),
  paperByArxivId: ({ papers }: PaperSources, name: string) =>
    rowLoader<string, Paper>(name, papers, (arxivIds) =>
      rowsOf(papers.columns, sql`${arxivIds}::text[]`, sql`papers p on p.arxiv_id = k.id`),
    ),
  /** By DOI in any case. Of several papers with one, as parts of a book may be, the first that was stored here. */
  paperByDoi: ({ papers }: PaperSources, name: string) =>
    rowLoader<string, Paper>(name, papers, (dois) =>
      rowsOf(
        papers.columns,
        sql`${dois}::text[]`,
        sql`papers p on p.id = (select first.id from papers first where lower(first.doi) = lower(k.id) order by first.id limit 1)`,
      ),
    ),
  /** By the address of a page that is not that of its arXiv id. */
  paperByUrl: ({ papers }: PaperSources, name: string) =>
    rowLoader<string, Paper>(name, papers, (urls) =>
      rowsOf(
        papers.columns,
        sql`${urls}::text[]`,
        sql`papers p on p.id = (
          select first.id from papers first
          where first.url = k.id and (first.arxiv_id is null or first.url <> 'https://arxiv.org/abs/' || first.arxiv_id)
          order by first.id limit 1)`,
      ),
    ),
  paperVersions: ({ db }: PaperSources) =>
    new DataLoader<number, PaperVersion[]>(async (paperIds) => {
      const statement = sql`
        select ${versionColumns}, v.paper_id as "paperId" from paper_versions v
        where v.paper_id = any(${paperIds}::int[]) order by v.number`;
      const rows = await db.query<PaperVersion>(statement.planned("once"));
      return paperIds.map((id) => rows.filter((row) => row.paperId === id));
    }),
};
