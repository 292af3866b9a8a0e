import { all, join, type Sql, sql } from "./sql";

/** How a key travels in a cursor. `date` may be null, which stands before every day. */
export type KeyKind = "int" | "float" | "date" | "instant";
export type KeyValue = number | string | null;

/** A total order: rows are compared key by key, all in one direction; the last key makes it unique. */
export interface Order {
  name: string;
  keys: readonly { column: Sql; kind: KeyKind }[];
  direction: "asc" | "desc";
}

/** Which rows of an ordered list are wanted. */
export interface Position {
  limit: number;
  /** True for last/before: the list is read from its end. */
  backward: boolean;
  /** Keys of the row that the slice follows (or precedes, when backward). */
  from: readonly KeyValue[] | null;
  /** True when the row of `from` itself belongs to the slice. */
  inclusive?: boolean;
}

/** The SQL of a position: to be put into any statement that knows the order's columns. */
export interface Slice {
  /** Equal for slices that one statement can serve. */
  signature: string;
  keyColumns: Sql;
  condition: Sql;
  orderBy: Sql;
  /** The same order by the names of the key columns, for a statement around the one that has the columns. */
  outerOrderBy: Sql;
  /** One more than asked for, which tells whether there is more. */
  limit: Sql;
}

/** A row with the values of its order's keys. */
export type Keyed<Row> = Row & { key0: KeyValue | Date; key1?: KeyValue | Date; key2?: KeyValue | Date };

const keyNames = [sql`"key0"`, sql`"key1"`, sql`"key2"`];

/** The order's unknown days stand before all others, so that a null can be compared. */
export function dayKey(column: Sql): Sql {
  return sql`coalesce(${column}, '-infinity'::date)`;
}

function parameter(kind: KeyKind, value: KeyValue): Sql {
  if (kind === "int") return sql`${value}::int`;
  if (kind === "float") return sql`${value}::float8`;
  if (kind === "instant") return sql`${value}::timestamptz`;
  return dayKey(sql`${value}::date`);
}

function comparison(down: boolean, inclusive = false): Sql {
  if (down) return inclusive ? sql`<=` : sql`<`;
  return inclusive ? sql`>=` : sql`>`;
}

export function sliceOf(order: Order, position: Position): Slice {
  const down = (order.direction === "desc") !== position.backward;
  const columns = order.keys.map((key) => key.column);
  const bounds = order.keys.map((key, i) => parameter(key.kind, position.from?.[i] ?? null));
  const beyond = sql`(${join(columns, ", ")}) ${comparison(down, position.inclusive)} (${join(bounds, ", ")})`;
  return {
    signature: JSON.stringify([order.name, position]),
    keyColumns: join(
      order.keys.map(
        (key, i) =>
          sql`${key.kind === "date" ? sql`nullif(${key.column}, '-infinity')` : key.column} as ${keyNames[i]}`,
      ),
      ", ",
    ),
    condition: position.from ? beyond : all([]),
    orderBy: join(
      columns.map((column) => (down ? sql`${column} desc` : sql`${column}`)),
      ", ",
    ),
    outerOrderBy: join(
      columns.map((_, i) => (down ? sql`${keyNames[i]} desc nulls last` : sql`${keyNames[i]} nulls first`)),
      ", ",
    ),
    limit: sql`${position.limit + 1}::int`,
  };
}

/** The other side of a position's cursor, its own row included: not empty when there is a page on that side. */
export function oppositeOf(position: Position): Position {
  return { limit: 0, backward: !position.backward, from: position.from, inclusive: true };
}

export function keysOf(order: Order, row: Keyed<object>): KeyValue[] {
  const values = [row.key0, row.key1, row.key2];
  return order.keys.map((_, i) => {
    const value = values[i] ?? null;
    return value instanceof Date ? value.toISOString() : value;
  });
}
