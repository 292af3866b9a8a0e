import { rowLoader } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "./paper.entity";
import type { PaperSources } from "./paper-reader";

export const paperLoaders = {
  paper: ({ papers }: PaperSources) =>
    rowLoader<number, Paper>(
      papers,
      (paper) => paper.id,
      (ids) => sql`select ${papers.columns} from papers p where p.id = any(${ids}::int[])`,
    ),
  paperByArxivId: ({ papers }: PaperSources) =>
    rowLoader<string, Paper & { arxivId: string }>(
      papers,
      (paper) => paper.arxivId,
      (arxivIds) => sql`select ${papers.columns} from papers p where p.arxiv_id = any(${arxivIds}::text[])`,
    ),
};
