import { rowLoader, rowsOf } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "./paper.entity";
import type { PaperSources } from "./paper-reader";

export const paperLoaders = {
  paper: ({ papers }: PaperSources, name: string) =>
    rowLoader<number, Paper>(name, papers, (ids) =>
      rowsOf(papers.columns, sql`${ids}::int[]`, sql`papers p on p.id = k.id`),
    ),
  paperByArxivId: ({ papers }: PaperSources, name: string) =>
    rowLoader<string, Paper>(name, papers, (arxivIds) =>
      rowsOf(papers.columns, sql`${arxivIds}::text[]`, sql`papers p on p.arxiv_id = k.id`),
    ),
};
