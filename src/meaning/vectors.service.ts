import type { Transaction } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { embedPaper, servingModel } from "./serving-model";

/** Papers looked at in one transaction. */
const BATCH = 1000;
/** Papers embedded at once: requests to the same process wait so long, some milliseconds. */
const AT_ONCE = 100;

interface Text {
  paperId: number;
  title: string;
  abstract: string | null;
}

/**
 * Statement that writes vectors of the serving model, a query of papers' ids and vectors, and has the neighbors of those found
 * whose vector is another one than before. Run it in the transaction that writes the texts.
 */
export function writeVectors(vectors: Sql): Sql {
  return write(
    vectors,
    sql`do update set vector = excluded.vector, written_in = excluded.written_in where v.vector <> excluded.vector`,
  );
}

function write(vectors: Sql, otherwise: Sql): Sql {
  return sql`
    with written as (
      insert into paper_vectors as v (paper_id, model, vector)
      select n.paper_id, ${servingModel()}, n.vector from (${vectors}) n (paper_id, vector) order by n.paper_id
      on conflict (paper_id, model) ${otherwise}
      returning v.paper_id, v.model
    )
    insert into neighbor_backlog (paper_id, model) select w.paper_id, w.model from written w order by w.paper_id
    on conflict (paper_id, model) do update set requested_in = excluded.requested_in`;
}

/** Vectors of papers by their texts, as a query for `writeVectors`. */
export function embedAll(texts: readonly Text[]): Sql {
  const vectors = texts.map(({ title, abstract }) => embedPaper(title, abstract));
  return sql`select * from unnest(${texts.map(({ paperId }) => paperId)}::int[], ${vectors}::bytea[])`;
}

/**
 * Writes the vectors of papers that have none, such as those of a version before, of the next papers below an id. Gives the id
 * to go on below, null when there is none. What others write meanwhile stays: it may be of a newer text.
 */
export async function embedMissing(tx: Transaction, below: number, batch = BATCH): Promise<number | null> {
  const [last] = await tx.query<{ id: number | null }>(sql`
    select min(p.id) as id from (select id from papers where id < ${below}::int order by id desc limit ${batch}::int) p`);
  const from = last!.id;
  if (from === null) return null;
  const texts = await tx.query<Text>(sql`
    select p.id as "paperId", p.title, p.abstract from papers p
    where p.id >= ${from}::int and p.id < ${below}::int
      and not exists (select from paper_vectors v where v.paper_id = p.id and v.model = ${servingModel()})`);
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    await tx.query(write(embedAll(texts.slice(at, at + AT_ONCE)), sql`do nothing`));
  }
  return from;
}
