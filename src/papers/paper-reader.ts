import type { Db } from "../db/database";
import type { Sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { Paper } from "./paper.entity";

/** Reads whole papers with statements that select `columns` of papers `p`, and more where needed. */
export interface PaperReader extends Db {
  columns: Sql;
}

/** The sources that loaders read from. */
export interface PaperSources {
  db: Db;
  papers: PaperReader;
}

/** All columns of a Paper, from papers `p`. */
export const paperColumns: Sql = nodeColumnsOf("Paper", Paper, "p");

/** A reader that takes every column from the database. */
export function createPaperReader(db: Db): PaperReader {
  return { columns: paperColumns, query: (statement) => db.query(statement) };
}
