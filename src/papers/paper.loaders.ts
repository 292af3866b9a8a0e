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
  paperVersions: ({ db }: PaperSources) =>
    new DataLoader<number, PaperVersion[]>(async (paperIds) => {
      const statement = sql`
        select ${versionColumns}, v.paper_id as "paperId" from paper_versions v
        where v.paper_id = any(${paperIds}::int[]) order by v.number`;
      const rows = await db.query<PaperVersion>(statement.planned("once"));
      return paperIds.map((id) => rows.filter((row) => row.paperId === id));
    }),
};
