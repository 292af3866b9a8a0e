import type { Db } from "../db/database";
import type { Sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { Paper } from "./paper.entity";

/** Reads whole papers by statements that select `columns` of papers `p`, beside what else they need. */
export interface PaperReader extends Db {
  columns: Sql;
}

/** What loaders read from. */
export interface PaperSources {
  db: Db;
  papers: PaperReader;
}

/** Every column that a Paper shows, from papers `p`. */
export const paperColumns: Sql = nodeColumnsOf("Paper", Paper, "p");

/** Reads all from the database. */
export function createPaperReader(db: Db): PaperReader {
  return { columns: paperColumns, read: (statement) => db.read(statement) };
}
