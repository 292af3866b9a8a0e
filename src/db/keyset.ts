import { all, join, type Sql, sql } from "./sql";

/**
 * The type of a key in a cursor. A `date` may be null, which sorts before every day. A `mark` is equal for all rows of a
 * list: it does not order them, but the code that fetches a page compares it.
 */
export type KeyKind = "int" | "float" | "date" | "instant" | "mark";
export type KeyValue = number | string | null;

/** A total order: rows are compared key by key, all in one direction; the last key makes it unique. */
export interface Order {
  name: string;
  keys: readonly { column: Sql; kind: KeyKind }[];
  direction: "asc" | "desc";
}

/** The rows of an ordered list that a page holds. */
export interface PagePosition {
  limit: number;
  /** True for last/before: the list is read from its end. */
  backward: boolean;
  /** Keys of the row that the slice follows (or precedes, when backward). */
  from: readonly KeyValue[] | null;
  /** True when the row of `from` itself belongs to the slice. */
  inclusive?: boolean;
}

/** A row with the values of its order's keys; instants are in PostgreSQL's format, see `isoOf`. */
export type Keyed<Row> = Row & { key0: KeyValue; key1?: KeyValue; key2?: KeyValue };

const keyNames = [sql`"key0"`, sql`"key1"`, sql`"key2"`];

/** Makes a null day comparable: it sorts before all others. */
export function dayKey(column: Sql): Sql {
  return sql`coalesce(${column}, '-infinity'::date)`;
}

function keyColumn(kind: KeyKind, column: Sql): Sql {
  if (kind === "date") return sql`nullif(${column}, '-infinity')`;
  // As text: parsing each into a Date and formatting it again takes longer than all other work on a row.
  return kind === "instant" ? sql`${column}::text` : column;
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

/**
 * The SQL of a position, for any statement that has the order's columns. It is composed on demand, since one statement often
 * serves many slices.
 */
export class Slice {
  private readonly down: boolean;
  private readonly keys: Order["keys"];

  constructor(
    private readonly order: Order,
    private readonly position: PagePosition,
  ) {
    this.keys = order.keys.filter(({ kind }) => kind !== "mark");
    this.down = (order.direction === "desc") !== position.backward;
  }

  /** Equal for slices that the same statement can serve. */
  get signature(): string {
    return JSON.stringify([this.order.name, this.position]);
  }

  get keyColumns(): Sql {
    const named = this.keys.map(({ kind, column }, i) => {
      return sql`${keyColumn(kind, column)} as ${keyNames[i]}`;
    });
    return join(named, ", ");
  }

  get condition(): Sql {
    const { from, inclusive } = this.position;
    if (!from) return all([]);
    const bounds = this.keys.map((key, i) => parameter(key.kind, from[i] ?? null));
    return sql`(${join(this.columns, ", ")}) ${comparison(this.down, inclusive)} (${join(bounds, ", ")})`;
  }

  get orderBy(): Sql {
    const ordered = this.columns.map((column) => (this.down ? sql`${column} desc` : sql`${column}`));
    return join(ordered, ", ");
  }

  /** The same order by the aliases of the key columns, for an outer statement. */
  get outerOrderBy(): Sql {
    const ordered = this.keys.map(({ kind }, i) => {
      const value = kind === "instant" ? sql`${keyNames[i]}::timestamptz` : keyNames[i];
      return this.down ? sql`${value} desc nulls last` : sql`${value} nulls first`;
    });
    return join(ordered, ", ");
  }

  /** One row more than the page, which shows whether there is another page. */
  get limit(): Sql {
    return sql`${this.position.limit + 1}::int`;
  }

  private get columns(): Sql[] {
    return this.keys.map((key) => key.column);
  }
}

/** The other side of a position's cursor, including the cursor's row: not empty when there is a page on that side. */
export function oppositeOf(position: PagePosition): PagePosition {
  return { limit: 0, backward: !position.backward, from: position.from, inclusive: true };
}

export function keysOf(order: Order, row: Keyed<object>): KeyValue[] {
  const values = [row.key0, row.key1, row.key2];
  return order.keys.map(({ kind }, i) => {
    const value = values[i] ?? null;
    return kind === "instant" ? isoOf(String(value)) : value;
  });
}

/** Converts an instant in UTC with at most milliseconds from PostgreSQL's format (2026-01-06 09:30:00.5+00) to RFC 3339. */
export function isoOf(instant: string): string {
  const fraction = instant.slice("2026-01-06 09:30:00.".length, -"+00".length);
  return `${instant.slice(0, 10)}T${instant.slice(11, 19)}.${fraction.padEnd(3, "0")}Z`;
}
