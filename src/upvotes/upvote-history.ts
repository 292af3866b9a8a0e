import { millisecondsInDay } from "date-fns/constants";
import { type Sql, sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";

/** The most points of one history, and the most days of a range. */
export const MAX_POINTS = 400;

/** UTC days, YYYY-MM-DD, both included; null for no bound. */
export interface DayRange {
  from: string | null;
  to: string | null;
}

export interface HistoryKey extends DayRange {
  paperId: number;
}

/** From the first day to the last, both included; negative when the last is before the first. */
export function daysIn(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / millisecondsInDay + 1;
}

/** Refuses, with BAD_USER_INPUT for `from`, a range that is reversed or too long. */
export function requireRange({ from, to }: DayRange, today: string): void {
  if (from === null) return;
  if (to !== null && from > to) throw badUserInput("from", `from (${from}) must not be after to (${to}).`);
  const last = to ?? today;
  const days = daysIn(from, last);
  if (days <= MAX_POINTS) return;
  const nearest = new Date(Date.parse(last) - (MAX_POINTS - 1) * millisecondsInDay).toISOString().slice(0, 10);
  throw badUserInput(
    "from",
    `from (${from}) to ${to === null ? "today" : "to"} (${last}) is ${days} days, but at most ${MAX_POINTS} can be asked for at once: ` +
      `begin with from: "${nearest}", or leave out from for the latest ${MAX_POINTS} entries.`,
  );
}

/** The latest points of each key's range, by day: all votes count, also those before the range. */
export function historiesOf(keys: readonly HistoryKey[]): Sql {
  return sql`
    select k.parent::int as parent, h.date, h."upvoteCount"
    from unnest(
      ${keys.map(({ paperId }) => paperId)}::int[],
      ${keys.map(({ from }) => from)}::date[],
      ${keys.map(({ to }) => to)}::date[]
    ) with ordinality as k (id, from_day, to_day, parent)
    cross join lateral (
      select d.date, d."upvoteCount"
      from (
        select v.date, (sum(sum(v.votes)) over (order by v.date))::int as "upvoteCount"
        from (
          select (i.cast_at at time zone 'UTC')::date as date, i.votes from imported_votes i where i.paper_id = k.id
          union all
          select (u.created_at at time zone 'UTC')::date, 1 from upvotes u where u.paper_id = k.id
        ) v
        group by v.date
      ) d
      where d.date between coalesce(k.from_day, '-infinity') and coalesce(k.to_day, 'infinity')
      order by d.date desc
      limit ${MAX_POINTS}::int
    ) h
    order by k.parent, h.date`;
}
