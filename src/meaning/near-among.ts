import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { LIKENESS } from "../papers/likeness";
import { likenessOf } from "./index/vector-block";
import { meanOf } from "./model";
import { readVector, servingModel } from "./serving-model";

interface Compared {
  paperId: number;
  vector: Buffer;
  isGiven: boolean;
  isAmong: boolean;
}

/**
 * The ids of the papers among those of a query of ids, some thousands at most, that are as like the given ones as LIKENESS. It
 * reads their vectors as `db` sees them now, and compares them as the index does: for what is decided once, such as whether an event is told.
 */
export async function nearAmong(db: Db, paperIds: readonly number[], among: Sql): Promise<number[]> {
  const rows = await db.query<Compared>(
    sql`
    with among as materialized (${among})
    select v.paper_id as "paperId", v.vector, v.paper_id = any(${paperIds}::int[]) as "isGiven",
      v.paper_id in (select * from among) as "isAmong"
    from paper_vectors v
    where v.model = ${servingModel()} and v.vector <> ''
      and v.paper_id in (select * from among union all select unnest(${paperIds}::int[]))
    order by v.paper_id`.long.planned("anew"),
  );
  const compared = rows.map((row) => ({ ...row, meaning: readVector(row.vector)! }));
  const mean = meanOf(compared.filter(({ isGiven }) => isGiven).map(({ meaning }) => meaning));
  if (!mean) return [];
  return compared
    .filter(({ meaning, isAmong }) => isAmong && likenessOf(meaning, mean) >= LIKENESS)
    .map(({ paperId }) => paperId);
}
