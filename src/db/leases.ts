import { type Sql, sql } from "./sql";

/** Which rows of a relation to take, the first ones of an order. */
interface Wanted {
  from: Sql;
  where: Sql;
  order: Sql;
  most: number;
}

/**
 * The `columns` of rows that nobody else is taking at this moment; they stay locked until the transaction ends. To be
 * materialized by the statement that marks them as taken, so that it sees the same rows.
 */
export function takeFree(columns: Sql, { from, where, order, most }: Wanted): Sql {
  return sql`select ${columns} from ${from} where ${where} order by ${order} limit ${most}::int for update skip locked`;
}

/** Whether a lease, or a pause, `until` a time is over; null: there is none. */
export function isOver(until: Sql, now: Date): Sql {
  return sql`(${until} is null or ${until} <= ${now}::timestamptz)`;
}

/** The end of a lease of so many milliseconds. */
export function leaseEnd(now: Date, length: number): Sql {
  return sql`${now}::timestamptz + ${length}::float8 * interval '1 ms'`;
}
