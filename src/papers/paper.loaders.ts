import type { Db } from "../db/database";
import { rowLoader } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "./paper.entity";
import { paperColumns } from "./paper.service";

export const paperLoaders = (db: Db) => ({
  paper: rowLoader<number, Paper>(
    db,
    (paper) => paper.id,
    (ids) => sql`select ${paperColumns} from papers p where p.id = any(${ids}::int[])`,
  ),
  paperByArxivId: rowLoader<string, Paper & { arxivId: string }>(
    db,
    (paper) => paper.arxivId,
    (arxivIds) => sql`select ${paperColumns} from papers p where p.arxiv_id = any(${arxivIds}::text[])`,
  ),
});
