import type { Db } from "../db/database";
import type { Keyed, Order, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperReader } from "../papers/paper-reader";
import { type TrendingWindow, windows } from "./window";

/** Entry guard: so that one early vote tops nothing. */
const MIN_VOTES = 3;
const MIN_EFFECTIVE_VOTES = 1.5;
/** A clock that was set back must not end a query: power() of more than a double holds is an error. */
const MAX_EXPONENT = 1000;

export interface TrendingPaper extends Paper {
  rank: number;
  score: number;
}

/** Most effective votes first. The order at one moment is the order at every later one, until someone votes. */
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
 * One page of the papers that trend at a moment, by the database's clock now. Ranks are those of the unfiltered list: each
 * is counted.
 */
export function listTrending(
  papers: PaperReader,
  window: TrendingWindow,
  at: Date | null,
  condition: Sql,
  slice: Slice,
): Promise<Keyed<TrendingPaper>[]> {
  const { score, halfLife } = windows[window];
  const end = (key: Sql) => sql`(select l.${key} from listed l order by l."key0", l."key1" limit 1)`;
  // The places are counted once, down to the last paper of the page, however many are on it.
  const statement = sql`
    with listed as materialized (
      select ${papers.columns}, power(2, least(t.${score} - trending_age(${moment(at)}, ${halfLife}), ${MAX_EXPONENT}::float8)) as score,
        ${slice.keyColumns}
      from trending_scores t join papers p on p.id = t.paper_id
      where ${trends(sql`t`, window, at)} and ${condition} and ${slice.condition}
      order by ${slice.orderBy}
      limit ${slice.limit}
    )
    select listed.*, places.rank
    from listed join (
      select o.paper_id, (row_number() over (order by o.${score} desc, o.paper_id desc))::int as rank
      from trending_scores o
      where ${trends(sql`o`, window, at)} and (o.${score}, o.paper_id) >= (${end(sql`"key0"`)}, ${end(sql`"key1"`)})
    ) places on places.paper_id = listed."key1"
    order by ${slice.outerOrderBy}`;
  return papers.read(statement.long.planned(condition.planning));
}

export async function countTrending(db: Db, window: TrendingWindow, at: Date | null, condition: Sql): Promise<number> {
  const statement = sql`
    select count(*)::int as count from trending_scores t join papers p on p.id = t.paper_id
    where ${trends(sql`t`, window, at)} and ${condition}`;
  const [row] = await db.read<{ count: number }>(statement.long.planned(condition.planning));
  return row!.count;
}

function trends(row: Sql, window: TrendingWindow, at: Date | null): Sql {
  const { score, halfLife } = windows[window];
  return sql`(${row}.votes >= ${MIN_VOTES}::int and ${row}.${score} >= trending_age(${moment(at)}, ${halfLife})
    + ${Math.log2(MIN_EFFECTIVE_VOTES)}::float8)`;
}

function moment(at: Date | null): Sql {
  return sql`coalesce(${at}::timestamptz, now())`;
}
