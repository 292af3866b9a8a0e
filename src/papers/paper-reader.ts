import type { Db } from "../db/database";
import type { Sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { Paper } from "./paper.entity";

/** Reads whole papers with statements that select `columns` of papers `p`, and more where needed. */
export interface PaperReader extends Db {
  columns: Sql;
}

export interface PaperCompleter extends PaperReader {
  /** Whole papers of rows with `columns` that another statement returned, in order; those that were deleted meanwhile are left out. */
  complete<Row>(rows: readonly Row[]): Promise<Row[]>;
}

/** The sources that loaders read from. */
export interface PaperSources {
  db: Db;
  papers: PaperReader;
}

/** All columns of a Paper, from papers `p`. */
export const paperColumns: Sql = nodeColumnsOf("Paper", Paper, "p");

/** A reader that takes every column from the database. */
export function createPaperReader(db: Db): PaperCompleter {
  return { columns: paperColumns, query: (statement) => db.query(statement), complete: async (rows) => [...rows] };
}
