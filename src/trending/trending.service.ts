import type { Db } from "../db/database";
import type { Keyed, Order, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperReader } from "../papers/paper-reader";
import { type TrendingWindow, windows } from "./window";

/** Papers with fewer votes are not listed: a single early vote must not top the list. */
const MIN_VOTES = 3;
/** The same for votes as they have faded. */
const MIN_FADED_VOTES = 1.5;
/** A clock that was set back must not fail a query: power() beyond the range of a double is an error. */
const MAX_EXPONENT = 1000;

export interface TrendingPaper extends Paper {
  rank: number;
  score: number;
}

/** Highest score first. The order stays the same at every later moment, until someone votes. */
export function trendingOrder(window: TrendingWindow): Order {
  return {
    name: `TRENDING ${window}`,
    keys: [
      { column: sql`t.${windows[window].score}`, kind: "float" },
      { column: sql`t.paper_id`, kind: "int" },
    ],
    direction: "desc",
  };
}

/**
 * One page of the trending papers at a moment, by default the database's now. Ranks are those of the unfiltered list, which
 * are counted.
 */
export function listTrending(
  papers: PaperReader,
  window: TrendingWindow,
  at: Date | null,
  condition: Sql,
  slice: Slice,
): Promise<Keyed<TrendingPaper>[]> {
  const { score, halfLife } = windows[window];
  const ofLast = (key: Sql) => sql`(select l.${key} from listed l order by l."key0", l."key1" limit 1)`;
  // Ranks are counted once, down to the last paper of the page, however many are on it.
  const statement = sql`
    with listed as materialized (
      select ${papers.columns}, power(2, least(t.${score} - trending_age(${moment(at)}, ${halfLife}), ${MAX_EXPONENT}::float8)) as score,
        ${slice.keyColumns}
      from trending_scores t join papers p on p.id = t.paper_id
      where ${isListed(sql`t`, window, at)} and ${condition} and ${slice.condition}
      order by ${slice.orderBy}
      limit ${slice.limit}
    )
    select listed.*, ranks.rank
    from listed join (
      select o.paper_id, (row_number() over (order by o.${score} desc, o.paper_id desc))::int as rank
      from trending_scores o
      where ${isListed(sql`o`, window, at)} and (o.${score}, o.paper_id) >= (${ofLast(sql`"key0"`)}, ${ofLast(sql`"key1"`)})
    ) ranks on ranks.paper_id = listed."key1"
    order by ${slice.outerOrderBy}`;
  return papers.query(statement.long.planned(condition.planning));
}

export async function countTrending(db: Db, window: TrendingWindow, at: Date | null, condition: Sql): Promise<number> {
  const statement = sql`
    select count(*)::int as count from trending_scores t join papers p on p.id = t.paper_id
    where ${isListed(sql`t`, window, at)} and ${condition}`;
  const [row] = await db.query<{ count: number }>(statement.long.planned(condition.planning));
  return row!.count;
}

/** Whether a row of `trending_scores` has votes enough to be listed, and its paper is not withdrawn. */
export function isListed(row: Sql, window: TrendingWindow, at: Date | null): Sql {
  const { score, halfLife } = windows[window];
  return sql`(${row}.votes >= ${MIN_VOTES}::int and ${row}.${score} >= trending_age(${moment(at)}, ${halfLife})
    + ${Math.log2(MIN_FADED_VOTES)}::float8
    and not exists (select from papers w where w.id = ${row}.paper_id and w.withdrawn_at is not null))`;
}

function moment(at: Date | null): Sql {
  return sql`coalesce(${at}::timestamptz, now())`;
}
