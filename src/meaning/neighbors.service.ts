import { setImmediate as breathe } from "node:timers/promises";
import type { Transaction } from "../db/database";
import { sql } from "../db/sql";
import type { Meaning } from "./model";
import { readVector } from "./serving-model";
import type { Alike, VectorIndex } from "./vector-index";

/** Papers whose neighbors are found in one transaction. */
const BATCH = 50;
/** Papers that are compared at once: while a thread works for one, the next is made ready. */
const AT_ONCE = 2;
/** The most neighbors of a paper. */
export const MAX_NEIGHBORS = 20;
/**
 * A paper enters the lists of papers among so many that are nearest to it. Of 15,000 papers of arXiv, none was in the list of one
 * that was farther than 500 others, and one in 550 in that of one farther than 200: the more papers, the more reach.
 */
const REACH = 1000;
/** Likenesses are stored with single precision: those that differ by less are the same. */
const PRECISION = 1e-5;

/** A paper in the backlog; without a vector when it was deleted. */
interface Request {
  paperId: number;
  requestedIn: string;
  vector: Buffer | null;
}

/** A paper that is found for one of the backlog. */
interface Compared extends Request {
  meaning: Meaning | null;
  near: Alike[];
}

/** A row of `paper_neighbors`. */
interface Neighbor extends Alike {
  neighborId: number;
}

/**
 * Finds the neighbors of the next papers of the backlog, the newest first: their own, and those papers whose neighbors they
 * are now, or are no longer. False when there were none. `tx` is `alone`, so that each batch knows of all before it.
 */
export async function findNeighbors(tx: Transaction, index: VectorIndex, batch = BATCH): Promise<boolean> {
  const { model } = index;
  const requests = await readBacklog(tx, model, batch);
  if (requests.length === 0) return false;
  // After the backlog was read: what is written later is in the backlog once more.
  await index.refresh();
  const compared = await compare(index, requests);
  const before = await readListsWith(tx, model, compared);
  await leaveLists(tx, model, await findChanged(index, compared, before));
  const states = await readStates(tx, model, compared);
  await replaceLists(tx, model, compared);
  await enterLists(tx, model, compared, before, states);
  await finish(tx, model, requests);
  return true;
}

function readBacklog(tx: Transaction, model: string, batch: number): Promise<Request[]> {
  return tx.query<Request>(sql`
    select b.paper_id as "paperId", b.requested_in as "requestedIn", v.vector
    from neighbor_backlog b left join paper_vectors v on v.paper_id = b.paper_id and v.model = b.model
    where b.model = ${model} order by b.paper_id desc limit ${batch}::int`);
}

async function compare(index: VectorIndex, requests: readonly Request[]): Promise<Compared[]> {
  const compared: Compared[] = [];
  const waiting = requests.entries();
  const work = async () => {
    for (const [i, request] of waiting) {
      const { paperId, vector } = request;
      const meaning = vector && readVector(vector);
      const near = meaning ? await index.nearest(meaning, REACH + 1) : [];
      compared[i] = { ...request, meaning, near: near.filter((each) => each.paperId !== paperId && each.likeness > 0) };
      // Requests to the same process come in between.
      await breathe();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return compared;
}

const idsOf = (papers: readonly { paperId: number }[]) => papers.map(({ paperId }) => paperId);

/** The rows by which the papers are neighbors of others. */
async function readListsWith(tx: Transaction, model: string, papers: readonly Compared[]): Promise<Neighbor[]> {
  const own = new Set(idsOf(papers));
  const rows = await tx.query<Neighbor>(sql`
    select paper_id as "paperId", neighbor_id as "neighborId", likeness from paper_neighbors
    where neighbor_id = any(${[...own]}::int[]) and model = ${model}`);
  return rows.filter(({ paperId }) => !own.has(paperId));
}

/** Those rows whose papers are not as alike any more. */
async function findChanged(
  index: VectorIndex,
  papers: readonly Compared[],
  rows: readonly Neighbor[],
): Promise<Neighbor[]> {
  const changed: Neighbor[] = [];
  for (const { paperId, meaning } of papers) {
    const own = rows.filter(({ neighborId }) => neighborId === paperId);
    if (own.length === 0) continue;
    const found = meaning ? await index.nearest(meaning, own.length, { among: idsOf(own) }) : [];
    const likeness = new Map(found.map((each) => [each.paperId, each.likeness]));
    const isSame = (row: Neighbor) => Math.abs((likeness.get(row.paperId) ?? Infinity) - row.likeness) < PRECISION;
    changed.push(...own.filter((row) => !isSame(row)));
  }
  return changed;
}

/** Deletes rows, and has the neighbors of their papers found anew: one that was not listed may come next. */
async function leaveLists(tx: Transaction, model: string, rows: readonly Neighbor[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(sql`
    with gone as (
      delete from paper_neighbors n
      using unnest(${idsOf(rows)}::int[], ${rows.map(({ neighborId }) => neighborId)}::int[]) g (paper_id, neighbor_id)
      where n.paper_id = g.paper_id and n.neighbor_id = g.neighbor_id and n.model = ${model}
      returning n.paper_id, n.model
    )
    insert into neighbor_backlog (paper_id, model) select distinct paper_id, model from gone order by paper_id
    on conflict do nothing`);
}

/** What is known of a paper that others are compared with. */
interface State {
  paperId: number;
  /** How many neighbors it has, and the likeness of the last one. */
  count: number;
  least: number | null;
}

/**
 * By id, of papers that do not wait: those that do will have their neighbors found anew, and these papers with them. Each is looked
 * up by itself, as the backlog may hold all papers, and would be read whole for every batch.
 */
async function readStates(tx: Transaction, model: string, papers: readonly Compared[]): Promise<Map<number, State>> {
  const ids = new Set(papers.flatMap(({ near }) => idsOf(near)));
  const states = await tx.query<State>(sql`
    select k.id as "paperId", n.count, n.least
    from unnest(${[...ids]}::int[]) k (id)
    cross join lateral (
      select count(*)::int as count, min(n.likeness) as least from paper_neighbors n
      where n.paper_id = k.id and n.model = ${model}
    ) n
    where not exists (select from neighbor_backlog b where b.paper_id = k.id and b.model = ${model} offset 0)`);
  return new Map(states.map((state) => [state.paperId, state]));
}

async function replaceLists(tx: Transaction, model: string, papers: readonly Compared[]): Promise<void> {
  await tx.query(sql`
    delete from paper_neighbors where paper_id = any(${idsOf(papers)}::int[]) and model = ${model}`);
  const lists = papers.map(({ paperId, near }) => {
    return near.slice(0, MAX_NEIGHBORS).map((each) => ({ paperId, neighborId: each.paperId, likeness: each.likeness }));
  });
  await insert(tx, model, lists.flat());
}

/** Adds the papers to the lists of those that they are nearer to than the last neighbor, which then leaves the list. */
async function enterLists(
  tx: Transaction,
  model: string,
  papers: readonly Compared[],
  before: readonly Neighbor[],
  states: ReadonlyMap<number, State>,
): Promise<void> {
  const listed = new Set(before.map(({ paperId, neighborId }) => `${paperId} ${neighborId}`));
  const entries: Neighbor[] = [];
  for (const { paperId: neighborId, near } of papers) {
    for (const { paperId, likeness } of near) {
      const state = states.get(paperId);
      if (!state || listed.has(`${paperId} ${neighborId}`)) continue;
      if (state.count >= MAX_NEIGHBORS && Math.fround(likeness) < state.least!) continue;
      entries.push({ paperId, neighborId, likeness });
    }
  }
  if (entries.length === 0) return;
  await insert(tx, model, entries);
  await tx.query(sql`
    delete from paper_neighbors n
    using (
      select paper_id, model, neighbor_id,
        row_number() over (partition by paper_id order by likeness desc, neighbor_id desc) as place
      from paper_neighbors where paper_id = any(${[...new Set(idsOf(entries))]}::int[]) and model = ${model}
    ) l
    where l.place > ${MAX_NEIGHBORS}::int
      and n.paper_id = l.paper_id and n.model = l.model and n.neighbor_id = l.neighbor_id`);
}

/** Leaves out papers that were deleted after the index was read. */
async function insert(tx: Transaction, model: string, rows: readonly Neighbor[]): Promise<void> {
  await tx.query(sql`
    insert into paper_neighbors (paper_id, model, neighbor_id, likeness)
    select n.paper_id, ${model}, n.neighbor_id, n.likeness
    from unnest(
      ${idsOf(rows)}::int[], ${rows.map(({ neighborId }) => neighborId)}::int[], ${rows.map(({ likeness }) => likeness)}::real[]
    ) n (paper_id, neighbor_id, likeness)
    where exists (select from papers where id = n.paper_id) and exists (select from papers where id = n.neighbor_id)`);
}

/** Takes papers from the backlog, unless they were put there once more meanwhile. Whoever is about to do so is not waited for. */
async function finish(tx: Transaction, model: string, requests: readonly Request[]): Promise<void> {
  await tx.query(sql`
    with done as materialized (
      select b.paper_id from neighbor_backlog b
      join unnest(${idsOf(requests)}::int[], ${requests.map(({ requestedIn }) => requestedIn)}::bigint[]) d (paper_id, requested_in)
        on d.paper_id = b.paper_id and d.requested_in = b.requested_in
      where b.model = ${model}
      for update of b skip locked
    )
    delete from neighbor_backlog b using done where b.paper_id = done.paper_id and b.model = ${model}`);
}
