import type { Db } from "../db/database";
import { isServerFailure } from "../db/postgres-errors";
import { join, type Sql, sql } from "../db/sql";
import { matchesOneOfManyFilters } from "./paper-filter";
import type { PaperFilter } from "./paper-filter.input";
import { type FindNear, resolveFilter } from "./resolve-filter";

/** The most that one statement matches: some tenths of a second, even if every filter has the maximum of words. */
const MAX_MATCHED = { papers: 200, filters: 100 };

/** Statements at a time. */
const AT_ONCE = 2;

/** Called with a filter that does not work, or takes the database too long, and why: it keeps nothing. */
type OnFailure = (filter: string, error: unknown) => void;

/** Finds papers near to others among the given ones, by ids. */
type FindNearAmong = (db: Db, paperIds: readonly number[], among: Sql) => ReturnType<FindNear>;

/**
 * The papers among `paperIds` that each of the filters, given as JSON, keeps. A filter that fails is told to `onFailure` and
 * missing in the result, without harm to the others; a failure of the database is thrown.
 */
export async function matchFilters(
  db: Db,
  paperIds: readonly number[],
  filters: readonly string[],
  findNear: FindNearAmong,
  onFailure: OnFailure,
): Promise<Map<string, Set<number>>> {
  const found = new Map<string, Set<number>>();
  const failed = new Set<string>();
  const fail: OnFailure = (filter, error) => {
    if (!failed.has(filter)) onFailure(filter, error);
    failed.add(filter);
  };
  const batches: (() => Promise<void>)[] = [];
  for (let i = 0; i < filters.length; i += MAX_MATCHED.filters) {
    const batch = filters.slice(i, i + MAX_MATCHED.filters);
    for (let j = 0; j < paperIds.length; j += MAX_MATCHED.papers) {
      const ids = paperIds.slice(j, j + MAX_MATCHED.papers);
      batches.push(() => matchBatch({ db, findNear, paperIds: ids, found, onFailure: fail }, batch));
    }
  }
  const work = async () => {
    for (let next = batches.shift(); next; next = batches.shift()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const filter of failed) found.delete(filter);
  return found;
}

interface Matching {
  db: Db;
  findNear: FindNearAmong;
  paperIds: readonly number[];
  found: Map<string, Set<number>>;
  onFailure: OnFailure;
}

async function matchBatch(matching: Matching, filters: readonly string[]): Promise<void> {
  const { db, findNear, paperIds, found, onFailure } = matching;
  try {
    const conditions: Sql[] = [];
    for (const filter of filters) {
      const among = sql`select unnest(${paperIds}::int[])`;
      const resolved = await resolveFilter(JSON.parse(filter) as PaperFilter, (near) => findNear(db, near, among));
      conditions.push(sql`coalesce(${matchesOneOfManyFilters(resolved)}, false)`);
    }
    const statement = sql`
      select p.id, array[${join(conditions, ", ")}] as matches from papers p where p.id = any(${paperIds}::int[])`;
    const papers = await db.query<{ id: number; matches: boolean[] }>(statement.long.planned("anew"));
    filters.forEach((filter, i) => {
      const kept = found.get(filter) ?? new Set();
      for (const { id, matches } of papers) if (matches[i]) kept.add(id);
      found.set(filter, kept);
    });
  } catch (error) {
    if (isServerFailure(error)) throw error;
    if (filters.length === 1) {
      onFailure(filters[0]!, error);
      return;
    }
    const half = Math.ceil(filters.length / 2);
    for (const part of [filters.slice(0, half), filters.slice(half)]) {
      await matchBatch(matching, part);
    }
  }
}
