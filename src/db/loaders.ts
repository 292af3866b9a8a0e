import DataLoader from "dataloader";
import type { Db } from "./database";
import type { Keyed, Slice } from "./keyset";
import { PerKey } from "./per-key";
import { type Sql, sql } from "./sql";

/** A row that belongs to one of the keys of a statement: the key's 1-based place among them. */
type Nested<Row> = Row & { parent: number };

/** Loads the row of each key, one statement a batch; null where there is none. `name` is the loader's. */
export function rowLoader<Key extends string | number, Row extends object>(
  name: string,
  db: Db,
  statement: (keys: readonly Key[]) => Sql,
): DataLoader<Key, Row | null> {
  return new DataLoader(async (keys) => {
    const found = keys.map((): Row | null => null);
    for (const row of await db.read<Nested<Row>>(new PerKey(name, keys, statement))) found[row.parent - 1] = row;
    return found;
  });
}

/** A list below a parent: which parent, which arguments, which page of it. */
export interface ListKey<Parent, Args> {
  parent: Parent;
  args: Args;
  slice: Slice;
}

/**
 * Loads a page of a list for each of many parents, one statement for all that ask for the same page with the same
 * arguments: a page of fifty papers costs one statement for all their authors. `isLong` tells whether it may take long.
 */
export function listLoader<Parent, Args, Row extends object>(
  name: string,
  db: Db,
  statement: (parents: readonly Parent[], args: Args, slice: Slice) => Sql,
  isLong: (args: Args) => boolean = () => false,
): DataLoader<ListKey<Parent, Args>, Keyed<Row>[]> {
  return new DataLoader(
    (keys) =>
      batchGroups(
        keys,
        (key) => key.slice.signature + JSON.stringify(key.args),
        async (group, signature) => {
          const { args, slice } = group[0]!;
          const lists = group.map((): Keyed<Row>[] => []);
          const parents = group.map((key) => key.parent);
          const about = new PerKey(name + signature, parents, (all) => statement(all, args, slice), isLong(args));
          for (const row of await db.read<Nested<Keyed<Row>>>(about)) lists[row.parent - 1]!.push(row);
          return lists;
        },
      ),
    { cache: false },
  );
}

export type CountKey<Parent, Args> = Omit<ListKey<Parent, Args>, "slice">;

/** Counts the list below each of many parents, which may take long; the statement's rows are { parent, count }. */
export function countLoader<Parent, Args>(
  name: string,
  db: Db,
  statement: (parents: readonly Parent[], args: Args) => Sql,
): DataLoader<CountKey<Parent, Args>, number> {
  return new DataLoader(
    (keys) =>
      batchGroups(
        keys,
        (key) => JSON.stringify(key.args),
        async (group, signature) => {
          const { args } = group[0]!;
          const counts = group.map(() => 0);
          const parents = group.map((key) => key.parent);
          const about = new PerKey(name + signature, parents, (all) => statement(all, args), true);
          for (const row of await db.read<Nested<{ count: number }>>(about)) counts[row.parent - 1] = row.count;
          return counts;
        },
      ),
    { cache: false },
  );
}

/** The statement of a `rowLoader`: the columns of a table's rows, which `joined` ties to the keys `k.id`. */
export function rowsOf(columns: Sql, keys: Sql, joined: Sql): Sql {
  return sql`
    select k.parent::int as parent, ${columns} from unnest(${keys}) with ordinality as k (id, parent) join ${joined}`;
}

/**
 * One page of rows below each of many parents. `from` yields what has the columns and ties it to the parent `k.id`, e.g.
 * sql`papers p where p.organization_id = k.id`.
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

/** How many rows `from` has for each of many parents `k.id`, by an index on these, one after the other. */
export function countBelow(parents: readonly number[], from: Sql): Sql {
  return sql`
    select k.parent::int as parent, counted.count
    from unnest(${parents}::int[]) with ordinality as k (id, parent)
    cross join lateral (select count(*)::int as count from ${from}) counted`;
}

/** Runs `load` once for each group of keys that share a signature; answers in the order of the keys, a failure for its own. */
async function batchGroups<Key, Value>(
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
