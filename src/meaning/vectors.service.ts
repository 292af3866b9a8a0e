import type { Transaction } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { defaultModelName } from "./default-model";
import { embedPaper, keepsDefaultModel } from "./serving-model";

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
 * Statement that writes vectors of the shipped model, a query of papers' ids and vectors, where that one is kept, has those of
 * an endpoint made, and the neighbors of papers found whose vector is another one than before. Run it in the transaction that
 * writes the texts.
 */
export function writeVectors(vectors: Sql): Sql {
  return sql`
    with given as materialized (select * from (${vectors}) n (paper_id, vector)), asked as (
      insert into embedding_backlog (paper_id, model)
      select g.paper_id, m.model from given g cross join meaning_models m where m.asked_as is not null
      order by m.model, g.paper_id
      on conflict (model, paper_id) do update set requested_in = excluded.requested_in
    ), ${write(
      sql`select * from given where ${keepsDefaultModel()}`,
      sql`do update set vector = excluded.vector, written_in = excluded.written_in where v.vector <> excluded.vector`,
      defaultModelName(),
    )}`;
}

/** The end of a `with`: writes vectors of one model, a query of papers' ids and vectors. */
export function write(vectors: Sql, otherwise: Sql, model: string): Sql {
  return sql`written as (
      insert into paper_vectors as v (paper_id, model, vector)
      select n.paper_id, ${model}, n.vector from (${vectors}) n (paper_id, vector) order by n.paper_id
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
 * Writes the vectors of papers that the shipped model has none of, such as those of a version before, of the next papers below
 * an id. Gives the id to go on below, null when there is none. What others write meanwhile stays: it may be of a newer text.
 */
export async function embedMissing(tx: Transaction, below: number, batch = BATCH): Promise<number | null> {
  const from = await firstOf(tx, below, batch);
  if (from === null) return null;
  const texts = await tx.query<Text>(sql`
    select p.id as "paperId", p.title, p.abstract from papers p
    where p.id >= ${from}::int and p.id < ${below}::int and not ${hasVector(defaultModelName())}`);
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    const vectors = embedAll(texts.slice(at, at + AT_ONCE));
    await tx.query(sql`with ${write(vectors, sql`do nothing`, defaultModelName())}`);
  }
  return from;
}

/** The same for an endpoint's model: its vectors are made later. */
export async function requestMissing(
  tx: Transaction,
  model: string,
  below: number,
  batch = BATCH,
): Promise<number | null> {
  const from = await firstOf(tx, below, batch);
  if (from === null) return null;
  await tx.query(sql`
    insert into embedding_backlog (paper_id, model)
    select p.id, ${model} from papers p
    where p.id >= ${from}::int and p.id < ${below}::int and not ${hasVector(model)}
      -- of one that was embedded while this runs, the vector is not seen, and the request is gone when the conflict is looked for
      and not exists (select from embedding_backlog b where b.model = ${model} and b.paper_id = p.id)
    order by p.id
    on conflict (model, paper_id) do nothing`);
  return from;
}

/** SQL condition: a model has a vector of the paper `p`. */
export function hasVector(model: string): Sql {
  return sql`exists (select from paper_vectors v where v.paper_id = p.id and v.model = ${model})`;
}

async function firstOf(tx: Transaction, below: number, batch: number): Promise<number | null> {
  const [last] = await tx.query<{ id: number | null }>(sql`
    select min(p.id) as id from (select id from papers where id < ${below}::int order by id desc limit ${batch}::int) p`);
  return last!.id;
}
