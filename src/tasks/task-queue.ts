import { doubledPause, withJitter } from "../async/back-off";
import type { SourceName } from "../config/source-settings";
import type { WritableDb } from "../db/database";
import { isOver, leaseEnd, takeFree } from "../db/leases";
import { type Sql, sql } from "../db/sql";

/** What is asked, or told: a source, or the hub of the web feeds. */
type Peer = SourceName | "websub";

/** What a worker has leased. */
export interface Task<Of extends Peer = SourceName> {
  source: Of;
  kind: string;
  key: string;
  day: string | null;
  /** When it was due. */
  dueAt: Date | null;
  /** Since the last success, this one included. */
  attempts: number;
  successes: number;
  seen: string | null;
}

/** What became of a task that was read. */
export interface Finished {
  key: string;
  /** When it is to be read next; null: never again. */
  dueAt: Date | null;
  /** When the reading began; null when nothing was asked, as for a plan. */
  readAt: Date | null;
  /** Whether nothing more is to come of it. */
  isComplete?: boolean;
  seen?: string | null;
}

/** Which of a kind's due tasks: "again", what is overdue the longest; "first", what was never read, the newest. */
export type Lane = "again" | "first";

/** A task whose worker was lost is taken by another one after this time, in ms. */
export const LEASE_MS = 4 * 60_000;
/** The pause of a task after its first failure, in ms; doubled with each further one, with jitter. */
const RETRY = { first: 60_000, most: 60 * 60_000 };

const lanes: Record<Lane, { condition: Sql; order: Sql }> = {
  again: { condition: sql`t.last_success_at is not null`, order: sql`t.due_at` },
  first: { condition: sql`t.last_success_at is null`, order: sql`t.day desc` },
};

/** Adds tasks that are not there yet, each due at once. */
export async function addTasks(
  db: WritableDb,
  { source, kind }: Pick<Task<Peer>, "source" | "kind">,
  tasks: Sql,
  now: Date,
): Promise<number> {
  const added = await db.write(sql`
    insert into source_tasks (source, kind, key, day, due_at)
    select ${source}, ${kind}, n.key, n.day, ${now}::timestamptz from (${tasks}) n
    on conflict (source, kind, key) do nothing
    returning source`);
  return added.length;
}

/** Makes the plan of each source due, by which its other tasks are made. */
export async function addPlan(db: WritableDb, sources: readonly SourceName[], now: Date): Promise<void> {
  await db.write(sql`
    insert into source_tasks (source, kind, key, due_at) select s, 'plan', '', ${now}::timestamptz from unnest(${sources}::text[]) s
    on conflict (source, kind, key) do update set due_at = least(source_tasks.due_at, excluded.due_at)`);
}

/** Leases due tasks of a kind for a worker: nobody else gets them until the lease ends. Empty when none is due. */
export function leaseDue<Of extends Peer>(
  db: WritableDb,
  { source, kind }: Pick<Task<Of>, "source" | "kind">,
  { lane, most, owner, now }: { lane: Lane; most: number; owner: string; now: Date },
): Promise<Task<Of>[]> {
  const { condition, order } = lanes[lane];
  return db.write<Task<Of>>(sql`
    with next as materialized (
      ${takeFree(sql`t.key`, {
        from: sql`source_tasks t`,
        where: sql`t.source = ${source} and t.kind = ${kind} and ${condition} and t.due_at <= ${now}::timestamptz
          and ${isOver(sql`t.held_until`, now)}`,
        order,
        most,
      })}
    )
    ${takeNext({ source, kind }, owner, now)}`);
}

/** Leases one task, due or not, unless a worker has it. Null when it is taken, or not there. */
export async function leaseOne(
  db: WritableDb,
  { source, kind, key }: Pick<Task, "source" | "kind" | "key">,
  { owner, now }: { owner: string; now: Date },
): Promise<Task | null> {
  const [task] = await db.write<Task>(sql`
    with next as materialized (
      select t.key from source_tasks t
      where t.source = ${source} and t.kind = ${kind} and t.key = ${key}
        and (t.owner is null or t.held_until <= ${now}::timestamptz)
      for update skip locked
    )
    ${takeNext({ source, kind }, owner, now)}`);
  return task ?? null;
}

const takeNext = ({ source, kind }: Pick<Task<Peer>, "source" | "kind">, owner: string, now: Date): Sql => sql`
  update source_tasks t set owner = ${owner}, held_until = ${leaseEnd(now, LEASE_MS)}, attempts = t.attempts + 1
  from next where t.source = ${source} and t.kind = ${kind} and t.key = next.key
  returning t.source, t.kind, t.key, t.day, t.due_at as "dueAt", t.attempts, t.successes, t.seen`;

const held = (tasks: readonly Task<Peer>[], owner: string): Sql => sql`
  t.source = ${tasks[0]!.source} and t.kind = ${tasks[0]!.kind} and t.owner = ${owner}
    and t.key = any(${tasks.map(({ key }) => key)}::text[])`;

/** Extends the lease of tasks of one kind. */
export async function renewLease(db: WritableDb, tasks: readonly Task[], owner: string, now: Date): Promise<void> {
  await db.write(sql`update source_tasks t set held_until = ${leaseEnd(now, LEASE_MS)} where ${held(tasks, owner)}`);
}

/**
 * Ends the lease of tasks of one kind that were read; those that another worker has taken meanwhile are left to it, and what
 * was made due meanwhile stays due: it was read too early.
 */
export async function finishTasks(
  db: WritableDb,
  leased: readonly Task<Peer>[],
  finished: readonly Finished[],
  owner: string,
): Promise<void> {
  if (finished.length === 0) return;
  const { source, kind } = leased[0]!;
  const dueWhenLeased = new Map(leased.map(({ key, dueAt }) => [key, dueAt]));
  const column = <N extends keyof Finished>(name: N) => finished.map((each) => each[name] ?? null);
  await db.write(sql`
    update source_tasks t set owner = null, held_until = null, attempts = 0, last_error = null,
      due_at = case when t.due_at is distinct from f.was_due_at then t.due_at else f.due_at end,
      last_success_at = coalesce(f.read_at, t.last_success_at), successes = t.successes + (f.read_at is not null)::int,
      completed_at = coalesce(t.completed_at, case when f.is_complete then f.read_at end),
      seen = coalesce(f.seen, t.seen)
    from unnest(
      ${column("key")}::text[], ${column("dueAt")}::timestamptz[], ${column("readAt")}::timestamptz[],
      ${column("isComplete")}::boolean[], ${column("seen")}::text[],
      ${finished.map(({ key }) => dueWhenLeased.get(key) ?? null)}::timestamptz[]
    ) as f (key, due_at, read_at, is_complete, seen, was_due_at)
    where t.source = ${source} and t.kind = ${kind} and t.key = f.key and t.owner = ${owner}`);
}

/** Ends the lease of tasks of one kind that failed, and holds each back for longer with every attempt. */
export async function failTasks(
  db: WritableDb,
  tasks: readonly Task<Peer>[],
  { owner, now, error }: { owner: string; now: Date; error: string },
): Promise<void> {
  if (tasks.length === 0) return;
  const ends = tasks.map(({ attempts }) => new Date(now.getTime() + withJitter(doubledPause(attempts, RETRY))));
  await db.write(sql`
    update source_tasks t set owner = null, last_error = ${error}, held_until = f.held_until
    from unnest(${tasks.map(({ key }) => key)}::text[], ${ends}::timestamptz[]) as f (key, held_until)
    where t.key = f.key and ${held(tasks, owner)}`);
}

/** Gives tasks of one kind back as if they had not been leased. */
export async function releaseTasks(db: WritableDb, tasks: readonly Task[], owner: string): Promise<void> {
  if (tasks.length === 0) return;
  await db.write(sql`
    update source_tasks t set owner = null, held_until = null, attempts = t.attempts - 1 where ${held(tasks, owner)}`);
}
