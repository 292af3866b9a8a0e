import type { Transaction } from "../db/database";
import { lockImports } from "../db/locks";
import { sql } from "../db/sql";
import { defaultModelName } from "./default-model";
import { hasVector } from "./vectors.service";

/** A model by which papers are compared. */
export interface WantedModel {
  /** As `paper_vectors` names it. */
  model: string;
  /** The name by which the endpoint knows it; null for the shipped one. */
  askedAs: string | null;
}

/** A model whose vectors are kept. */
export interface KeptModel extends WantedModel {
  isServing: boolean;
}

/** Rows removed in one transaction. */
const BATCH = 2000;
/** All processes follow a new model within seconds; what they read in the old one meanwhile is still there. */
const KEPT_MS = 60_000;

/** Before the names by which endpoints know models. */
const ENDPOINT = "endpoint ";

/** The model that is to serve: that of the endpoint, or the shipped one. */
export function wantedModel(askedAs: string | null): WantedModel {
  return { model: askedAs === null ? defaultModelName() : `${ENDPOINT}${askedAs}`, askedAs };
}

/** The name by which an endpoint knows a model; null for one that came with the project. */
export function askedAs(model: string): string | null {
  return model.startsWith(ENDPOINT) ? model.slice(ENDPOINT.length) : null;
}

/** The models whose vectors are kept, that which serves first. */
export function readModels(tx: Transaction): Promise<KeptModel[]> {
  return tx.query<KeptModel>(sql`
    select model, asked_as as "askedAs", is_serving as "isServing" from meaning_models order by is_serving desc, model`);
}

/**
 * Has the vectors of a model kept, so that it may serve; of others only those of the one that serves. False while there is
 * something to remove of a former time, whose texts may have changed since. The first model of a database serves at once.
 */
export async function keepModel(tx: Transaction, { model, askedAs }: WantedModel): Promise<boolean> {
  // What is being imported is either seen when missing vectors are looked for, or sees the model.
  await lockImports(tx);
  const first = defaultModelName();
  await tx.query(sql`
    insert into meaning_models (model, is_serving, serving_since)
    select ${first}, true, now() where not exists (select from meaning_models)`);
  await tx.query(sql`delete from meaning_models where not is_serving and model <> ${model}`);
  const isKept = (await readModels(tx)).some((each) => each.model === model);
  if (!isKept && (await hasRemains(tx, model))) return false;
  await tx.query(sql`
    insert into meaning_models (model, asked_as, is_serving) values (${model}, ${askedAs}, false)
    on conflict (model) do nothing`);
  return true;
}

/** A change that has begun: until it is done, the model before serves. */
export interface ModelChange {
  from: string;
  to: string;
  /** How many papers have no vector yet. */
  papers: number;
}

/** The change to a model that is kept; null when it serves. */
export async function readChange(tx: Transaction, model: string): Promise<ModelChange | null> {
  const [change] = await tx.query<ModelChange>(sql`
    select s.model as "from", m.model as "to", (select count(*)::int from papers p where not ${hasVector(model)}) as papers
    from meaning_models m, meaning_models s where m.model = ${model} and not m.is_serving and s.is_serving`);
  return change ?? null;
}

async function hasRemains(tx: Transaction, model: string): Promise<boolean> {
  const rows = await tx.query(sql`select from paper_vectors where model = ${model} limit 1`);
  return rows.length > 0;
}

/** Whether a model may serve: papers wait for their vectors or neighbors, some were not even asked for, or neither. */
type Readiness = "waits" | "lacks some" | "ready";

/** Lets a model serve in place of the one before, once it has the vectors of all papers, and their neighbors. */
export async function switchTo(tx: Transaction, model: string): Promise<Readiness> {
  const readiness = await readReadiness(tx, model);
  if (readiness !== "ready") return readiness;
  // What is imported now waits, so that the last look is at all papers.
  await lockImports(tx);
  const last = await readReadiness(tx, model);
  if (last !== "ready") return last;
  await tx.query(sql`delete from meaning_models where model <> ${model}`);
  await tx.query(sql`update meaning_models set is_serving = true, serving_since = now() where model = ${model}`);
  return "ready";
}

async function readReadiness(tx: Transaction, model: string): Promise<Readiness> {
  const [row] = await tx.query<{ readiness: Readiness }>(sql`
    select case
      when exists (select from embedding_backlog where model = ${model}) then 'waits'
      when exists (select from neighbor_backlog where model = ${model}) then 'waits'
      when exists (select from papers p where not ${hasVector(model)}) then 'lacks some'
      else 'ready'
    end as readiness`);
  return row!.readiness;
}

/**
 * Removes some of what is left of models that are not kept, a while after the last switch: "some" when there may be more, "early"
 * when it is to wait.
 */
export async function removeRemains(tx: Transaction, keptMs = KEPT_MS): Promise<"some" | "none" | "early"> {
  const [serving] = await tx.query<{ isEarly: boolean }>(sql`
    select coalesce(serving_since > now() - ${keptMs}::float8 * interval '1 ms', false) as "isEarly"
    from meaning_models where is_serving`);
  if (!serving || serving.isEarly) return "early";
  const [left] = await tx.query<{ model: string }>(sql`
    with recursive names as (
      select min(model) as model from paper_vectors
      union all
      select (select min(v.model) from paper_vectors v where v.model > n.model) from names n where n.model is not null
    )
    select model from names where model not in (select model from meaning_models) limit 1`);
  if (!left) return "none";
  const { model } = left;
  await tx.query(sql`delete from embedding_backlog where model = ${model}`);
  await tx.query(sql`delete from neighbor_backlog where model = ${model}`);
  await tx.query(sql`
    with gone as (
      delete from paper_vectors v
      using (select paper_id from paper_vectors where model = ${model} limit ${BATCH}::int) g
      where v.paper_id = g.paper_id and v.model = ${model}
      returning v.paper_id
    )
    delete from paper_neighbors n using gone where n.paper_id = gone.paper_id and n.model = ${model}`);
  return "some";
}
