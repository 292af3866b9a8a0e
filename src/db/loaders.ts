import DataLoader from "dataloader";
import type { Db } from "./database";
import type { Keyed, Slice } from "./keyset";
import type { Sql } from "./sql";

/** Loads rows by a key that they carry, one statement a batch; null where there is none. */
export function rowLoader<Key extends string | number, Row extends object>(
  db: Db,
  keyOf: (row: Row) => Key,
  statement: (keys: readonly Key[]) => Sql,
): DataLoader<Key, Row | null> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await db.read<Row>(statement(keys))).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });
}

/** A list below a parent: which parent, which arguments, which page of it. */
export interface ListKey<Parent, Args> {
  parent: Parent;
  args: Args;
  slice: Slice;
}

/** A row of a list below a parent: the parent's 1-based place among those asked for. */
type Nested<Row> = Keyed<Row> & { parent: number };

/**
 * Loads a page of a list for each of many parents, one statement for all that ask for the same page with the same
 * arguments: a page of fifty papers costs one statement for all their authors.
 */
export function listLoader<Parent, Args, Row extends object>(
  db: Db,
  statement: (parents: readonly Parent[], args: Args, slice: Slice) => Sql,
): DataLoader<ListKey<Parent, Args>, Keyed<Row>[]> {
  return new DataLoader(
    (keys) =>
      batchGroups(
        keys,
        (key) => key.slice.signature + JSON.stringify(key.args),
        async (group) => {
          const lists = group.map((): Keyed<Row>[] => []);
          const parents = group.map((key) => key.parent);
          const rows = await db.read<Nested<Row>>(statement(parents, group[0]!.args, group[0]!.slice));
          for (const row of rows) lists[row.parent - 1]!.push(row);
          return lists;
        },
      ),
    { cache: false },
  );
}

export type CountKey<Parent, Args> = Omit<ListKey<Parent, Args>, "slice">;

/** Counts the list below each of many parents; the statement's rows are { parent, count }. */
export function countLoader<Parent, Args>(
  db: Db,
  statement: (parents: readonly Parent[], args: Args) => Sql,
): DataLoader<CountKey<Parent, Args>, number> {
  return new DataLoader(
    (keys) =>
      batchGroups(
        keys,
        (key) => JSON.stringify(key.args),
        async (group) => {
          const parents = group.map((key) => key.parent);
          const rows = await db.read<{ parent: number; count: number }>(statement(parents, group[0]!.args));
          const counts = new Map(rows.map((row) => [row.parent, row.count]));
          return group.map((_, i) => counts.get(i + 1) ?? 0);
        },
      ),
    { cache: false },
  );
}

/** Runs `load` once for each group of keys that share a signature; answers in the order of the keys. */
async function batchGroups<Key, Value>(
  keys: readonly Key[],
  signatureOf: (key: Key) => string,
  load: (group: Key[]) => Promise<Value[]>,
): Promise<Value[]> {
  const groups = new Map<string, Key[]>();
  for (const key of keys) {
    const signature = signatureOf(key);
    const group = groups.get(signature);
    if (group) group.push(key);
    else groups.set(signature, [key]);
  }
  const values = new Map<Key, Value>();
  await Promise.all(
    Array.from(groups.values(), async (group) => {
      const loaded = await load(group);
      group.forEach((key, i) => {
        values.set(key, loaded[i]!);
      });
    }),
  );
  return keys.map((key) => values.get(key)!);
}
