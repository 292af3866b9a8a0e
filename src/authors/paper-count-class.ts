import { type Sql, sql } from "../db/sql";

/**
 * The class of a number of papers, which rises with it, in powers of four. It is indexed in place of the number, to find the
 * authors with most papers: as it seldom changes, counting a paper rewrites no index.
 */
export function paperCountClass(count: Sql): Sql {
  return sql`width_bucket(${count}, '{4,16,64,256,1024,4096}')`;
}
