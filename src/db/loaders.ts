import DataLoader from "dataloader";
import type { Db } from "./database";
import { KeyedStatement } from "./keyed-statement";
import type { Keyed, Slice } from "./keyset";
import { type Sql, sql } from "./sql";

/** A row with the 1-based index of its key among the statement's keys. */
type Nested<Row> = Row & { parent: number };

/** A loader whose reads may be long: those of several callers are not combined, but wait for each caller's turn. */
export class LongLoader<Key, Value, CacheKey = Key> extends DataLoader<Key, Value, CacheKey> {}

/** Loads the row of each key with one statement for a batch; null where there is none. `name` is the loader's. */
export function rowLoader<Key extends string | number, Row extends object>(
  name: string,
  db: Db,
  statement: (keys: readonly Key[]) => Sql,
): DataLoader<Key, Row | null> {
  return new DataLoader(async (keys) => {
    const found = keys.map((): Row | null => null);
    for (const row of await db.query<Nested<Row>>(new KeyedStatement(name, keys, statement)))
      found[row.parent - 1] = row;
    return found;
  });
}

/** A page of a list below a parent. */
export interface ListKey<Parent, Args> {
  parent: Parent;
  args: Args;
  slice: Slice;
}

/**
 * Loads a page of a list for each of many parents, with one statement for all keys of the same page and arguments: a page of
 * fifty papers costs one statement for all their authors. `isLong` says which pages may take long; none by default.
 */
export function listLoader<Parent, Args, Row extends object>(
  name: string,
  db: Db,
  statement: (parents: readonly Parent[], args: Args, slice: Slice) => Sql,
  isLong?: (args: Args) => boolean,
): DataLoader<ListKey<Parent, Args>, Keyed<Row>[]> {
  const Loader = isLong ? LongLoader : DataLoader;
  return new Loader(
    (keys) =>
      batchGroups(
        keys,
        (key) => key.slice.signature + JSON.stringify(key.args),
        async (group, signature) => {
          const { args, slice } = group[0]!;
          const lists = group.map((): Keyed<Row>[] => []);
          const parents = group.map((key) => key.parent);
          const about = new KeyedStatement(
            name + signature,
            parents,
            (all) => statement(all, args, slice),
            isLong?.(args) ?? false,
          );
          for (const row of await db.query<Nested<Keyed<Row>>>(about)) lists[row.parent - 1]!.push(row);
          return lists;
        },
      ),
    { cache: false },
  );
}

export type CountKey<Parent, Args> = Omit<ListKey<Parent, Args>, "slice">;

/** Counts the list below each of many parents, as a long statement whose rows are { parent, count }. */
export function countLoader<Parent, Args>(
  name: string,
  db: Db,
  statement: (parents: readonly Parent[], args: Args) => Sql,
): LongLoader<CountKey<Parent, Args>, number> {
  return new LongLoader(
    (keys) =>
      batchGroups(
        keys,
        (key) => JSON.stringify(key.args),
        async (group, signature) => {
          const { args } = group[0]!;
          const counts = group.map(() => 0);
          const parents = group.map((key) => key.parent);
          const about = new KeyedStatement(name + signature, parents, (all) => statement(all, args), true);
          for (const row of await db.query<Nested<{ count: number }>>(about)) counts[row.parent - 1] = row.count;
          return counts;
        },
      ),
    { cache: false },
  );
}

/** Reads the `paper_count` that rows of a table keep, by id. */
export function keptCountLoader(name: string, db: Db, table: Sql): DataLoader<CountKey<number, null>, number> {
  return new DataLoader(
    async (keys) => {
      const counts = keys.map(() => 0);
      const ids = keys.map(({ parent }) => parent);
      const statement = new KeyedStatement(name, ids, (all) =>
        rowsOf(sql`t.paper_count as count`, sql`${all}::int[]`, sql`${table} t on t.id = k.id`),
      );
      for (const row of await db.query<Nested<{ count: number }>>(statement)) counts[row.parent - 1] = row.count;
      return counts;
    },
    { cache: false },
  );
}

/** The statement of a `rowLoader`: columns of a table, which `joined` joins to the keys `k.id`. */
export function rowsOf(columns: Sql, keys: Sql, joined: Sql): Sql {
  return sql`
    select k.parent::int as parent, ${columns} from unnest(${keys}) with ordinality as k (id, parent) join ${joined}`;
}

/**
 * One page of rows below each of many parents. `from` is the relation with the columns and its condition on the parent
 * `k.id`, e.g. sql`papers p where p.organization_id = k.id`.
 */
export function pageBelow(columns: Sql, parents: readonly number[], from: Sql, slice: Slice): Sql {
  return sql`
    select k.parent::int as parent, listed.*
    from unnest(${parents}::int[]) with ordinality as k (id, parent)
    cross join lateral (
      select ${columns}, ${slice.keyColumns}
      from ${from} and ${slice.condition}
      order by ${slice.orderBy}
      limit ${slice.limit}
    ) listed
    order by k.parent, ${slice.outerOrderBy}`;
}

/** Counts the rows of `from` for each of many parents `k.id`, one after the other, which needs an index. */
export function countBelow(parents: readonly number[], from: Sql): Sql {
  return sql`
    select k.parent::int as parent, counted.count
    from unnest(${parents}::int[]) with ordinality as k (id, parent)
    cross join lateral (select count(*)::int as count from ${from}) counted`;
}

/** Runs `load` once for each group of keys with one signature; returns values by key order. A failure affects only its group. */
export async function batchGroups<Key, Value>(
  keys: readonly Key[],
  signatureOf: (key: Key) => string,
  load: (group: Key[], signature: string) => Promise<Value[]>,
): Promise<(Value | Error)[]> {
  if (keys.length === 1) return load([keys[0]!], signatureOf(keys[0]!));
  const groups = new Map<string, Key[]>();
  for (const key of keys) {
    const signature = signatureOf(key);
    const group = groups.get(signature);
    if (group) group.push(key);
    else groups.set(signature, [key]);
  }
  const values = new Map<Key, Value | Error>();
  await Promise.all(
    Array.from(groups, async ([signature, group]) => {
      const loaded = await load(group, signature).catch((error: Error) => group.map(() => error));
      group.forEach((key, i) => {
        values.set(key, loaded[i]!);
      });
    }),
  );
  return keys.map((key) => values.get(key)!);
}
