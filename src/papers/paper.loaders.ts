import { rowLoader } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "./paper.entity";
import type { PaperSources } from "./paper-reader";

export const paperLoaders = {
  paper: ({ papers }: PaperSources, name: string) =>
    rowLoader<number, Paper>(
      name,
      papers,
      (ids) => sql`
      select k.parent::int as parent, ${papers.columns}
      from unnest(${ids}::int[]) with ordinality as k (id, parent) join papers p on p.id = k.id`,
    ),
  paperByArxivId: ({ papers }: PaperSources, name: string) =>
    rowLoader<string, Paper>(
      name,
      papers,
      (arxivIds) => sql`
      select k.parent::int as parent, ${papers.columns}
      from unnest(${arxivIds}::text[]) with ordinality as k (id, parent) join papers p on p.arxiv_id = k.id`,
    ),
};
