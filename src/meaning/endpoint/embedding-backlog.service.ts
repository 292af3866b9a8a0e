import { databaseNow } from "../../db/clock";
import type { Db, Transaction, WritableDb } from "../../db/database";
import { isOver, leaseEnd, takeFree } from "../../db/leases";
import { type Sql, sql } from "../../db/sql";
import type { Meaning } from "../model";
import { toBytes } from "../serving-model";
import { write } from "../vectors.service";
import { type Endpoint, wrongDimensions } from "./endpoint";

/** Texts of one request to the endpoint, as TEI takes by default. */
const BATCH = 32;
/** In ms: somewhat longer than a request may take, before each of which the lease is renewed; so long a lost worker's papers wait. */
const LEASE_MS = 90_000;

/** A model of an endpoint. */
export interface OwnModel {
  endpoint: Endpoint;
  /** As `paper_vectors` names it. */
  model: string;
  /** As the endpoint knows it. */
  askedAs: string;
}

/** A paper that is embedded. */
export interface Text {
  paperId: number;
  requestedIn: string;
  title: string;
  abstract: string | null;
}

/** The models of endpoints whose vectors are kept, that which serves first. */
export function readKept(db: Db): Promise<{ model: string; askedAs: string }[]> {
  return db.query(sql`
    select model, asked_as as "askedAs" from meaning_models where asked_as is not null order by is_serving desc, model`);
}

/** Papers that no other worker takes. */
export interface Batch {
  texts: Text[];
  /** Before each request: has others wait as long as it may take. */
  renew(): Promise<void>;
  /** Lets others take at once those that are still there. */
  giveBack(): Promise<void>;
}

/** Takes the next papers of the backlog, the newest first. */
export async function takeTexts(db: WritableDb, model: string): Promise<Batch> {
  let now = await databaseNow(db);
  const from = {
    from: sql`embedding_backlog b`,
    where: sql`b.model = ${model} and ${isOver(sql`b.leased_until`, now)}`,
    order: sql`b.paper_id desc`,
    most: BATCH,
  };
  const texts = await db.bulk(async (tx) => {
    const taken = await tx.query<Text | { paperId: number; title: null }>(sql`
      with taken as materialized (${takeFree(sql`b.paper_id, b.requested_in`, from)}), leased as (
        update embedding_backlog b set leased_until = ${leaseEnd(now, LEASE_MS)} from taken t
        where b.model = ${model} and b.paper_id = t.paper_id
      )
      select t.paper_id as "paperId", t.requested_in as "requestedIn", p.title, p.abstract
      from taken t left join papers p on p.id = t.paper_id order by t.paper_id`);
    const deleted = taken.filter(({ title }) => title === null).map(({ paperId }) => paperId);
    await tx.query(sql`delete from embedding_backlog where model = ${model} and paper_id = any(${deleted}::int[])`);
    return taken.filter((each): each is Text => each.title !== null);
  });
  const ids = texts.map(({ paperId }) => paperId);
  const lease = (end: Sql) =>
    db.write(sql`
      with held as materialized (
        select b.paper_id from embedding_backlog b
        where b.model = ${model} and b.paper_id = any(${ids}::int[]) and b.leased_until = ${leaseEnd(now, LEASE_MS)}
        order by b.paper_id
        for update
      )
      update embedding_backlog b set leased_until = ${end} from held h where b.model = ${model} and b.paper_id = h.paper_id`);
  return {
    texts,
    async renew() {
      const next = await databaseNow(db);
      await lease(leaseEnd(next, LEASE_MS));
      now = next;
    },
    async giveBack() {
      await lease(sql`null`);
    },
  };
}

/**
 * Writes the vectors of papers, unless the model is no longer kept, and takes those from the backlog whose texts did not change
 * meanwhile. Throws EndpointFailure when they have other dimensions than the model's first ones.
 */
export async function writeEmbedded(
  db: WritableDb,
  own: OwnModel,
  texts: readonly Text[],
  meanings: readonly (Meaning | null)[],
): Promise<void> {
  const { model } = own;
  const ids = texts.map(({ paperId }) => paperId);
  const vectors = sql`
    select n.* from unnest(${ids}::int[], ${meanings.map(toBytes)}::bytea[]) n (paper_id, vector)
    join papers p on p.id = n.paper_id
    where exists (select from meaning_models m where m.model = ${model})`;
  await db.bulk(async (tx) => {
    await checkDimensions(tx, own, meanings);
    await tx.query(
      sql`with ${write(
        vectors,
        sql`do update set vector = excluded.vector, written_in = excluded.written_in where v.vector <> excluded.vector`,
        model,
      )}`,
    );
    // In the order of imports, so that neither waits for the other: rows that an import, or another worker, holds for a moment would
    // be asked for again.
    await tx.query(sql`
      with done as materialized (
        select b.paper_id from embedding_backlog b
        join unnest(${ids}::int[], ${texts.map(({ requestedIn }) => requestedIn)}::bigint[]) d (paper_id, requested_in)
          on d.paper_id = b.paper_id and d.requested_in = b.requested_in
        where b.model = ${model}
        order by b.paper_id
        for update of b
      )
      delete from embedding_backlog b using done where b.model = ${model} and b.paper_id = done.paper_id`);
  });
}

/** Throws EndpointFailure when meanings have other dimensions than a model's first ones, which they are if there were none. */
export async function checkDimensions(
  tx: Transaction,
  { endpoint, model, askedAs }: OwnModel,
  meanings: readonly (Meaning | null)[],
): Promise<void> {
  // All of one answer have the same.
  const dimensions = meanings.find((meaning) => meaning !== null)?.values.length;
  if (dimensions === undefined) return;
  await tx.query(
    sql`update meaning_models set dimensions = ${dimensions}::int where model = ${model} and dimensions is null`,
  );
  const [row] = await tx.query<{ dimensions: number }>(
    sql`select dimensions from meaning_models where model = ${model}`,
  );
  if (!row || row.dimensions === dimensions) return;
  throw wrongDimensions(endpoint, askedAs, dimensions, row.dimensions);
}

/** How many papers wait for their vector, by model. */
export function countWaiting(db: Db): Promise<{ model: string; count: number }[]> {
  return db.query(sql`
    select m.model, (select count(*)::int from embedding_backlog b where b.model = m.model) as count
    from meaning_models m where m.asked_as is not null`);
}
