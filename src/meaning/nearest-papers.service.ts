import type { Turn } from "../async/turns";
import type { Db } from "../db/database";
import type { Keyed, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import { matchesFilter, matchesFilterOfCount } from "../papers/paper-filter";
import type { PaperReader, PaperSources } from "../papers/paper-reader";
import type { ResolvedFilter } from "../papers/resolved-filter";
import type { Meaning } from "./model";
import type { Alike, VectorIndex } from "./vector-index";

/** A list by meaning has no more papers: those beyond have little to do with what was asked. */
export const MAX_NEAREST = 1000;

/**
 * How many papers may pass for all of them to be compared; of more, how many are looked at before the filter is: first those
 * nearest of all, enough for a page; then some more than are listed, since withdrawn ones are left out; then many more.
 */
const DEPTHS = { page: 150, first: 1200, narrow: 5000, more: 16_000 };

/** What is to be near, and which papers. */
export interface NearestQuery {
  meaning: Meaning;
  filter: ResolvedFilter | null;
  /** Another condition on papers `p`, of which there are few. */
  condition: Sql;
  /** The same on all papers. */
  conditionOfAll: Sql;
  /** Whether filter and condition may leave out more than some papers. */
  mayBeFew: boolean;
  /** Ids of papers that are left out. */
  leftOut: readonly number[];
  /** How many are listed at most. */
  most: number;
  turn: Turn;
}

/** The columns by which a list of nearest papers is ordered. */
export const nearestKeys = [
  { column: sql`c.likeness`, kind: "float" },
  { column: sql`p.id`, kind: "int" },
] as const;

type Listed = { listed: number };

/**
 * A part of the list of papers that pass, nearest first: `limit` of them and one more, if the list goes on. They are looked for
 * among ever more of the papers near, until the part is full: so a filter empties no page while papers pass it. Looking deeper
 * changes nothing of what is nearer: so a walk has as many papers as are counted, whatever the index misses.
 */
export async function listNearest<Row extends object>(
  { db, papers }: PaperSources,
  index: VectorIndex,
  query: NearestQuery,
  slice: Slice,
  limit: number,
  depths = DEPTHS,
): Promise<Keyed<Row>[]> {
  let known: readonly Alike[] = [];
  let rows: (Keyed<Row> & Listed)[] = [];
  for await (const { candidates, areAll } of candidatesOf(db, index, query, depths)) {
    known = goOn(known, candidates);
    rows = await readListed(papers, known, query, slice);
    if (areAll || rows.length > limit || rows[0]?.listed === query.most) break;
  }
  return rows;
}

/** Candidates and those that come behind them. */
function goOn(known: readonly Alike[], candidates: readonly Alike[]): readonly Alike[] {
  const last = known.at(-1);
  if (!last) return candidates;
  const isBehind = ({ likeness, paperId }: Alike) =>
    likeness < last.likeness || (likeness === last.likeness && paperId < last.paperId);
  return [...known, ...candidates.filter(isBehind)];
}

interface Candidates {
  /** Nearest first. */
  candidates: Alike[];
  /** Whether no other paper can be listed. */
  areAll: boolean;
}

async function* candidatesOf(
  db: Db,
  index: VectorIndex,
  query: NearestQuery,
  depths: typeof DEPTHS,
): AsyncGenerator<Candidates> {
  const { meaning, leftOut, most, turn } = query;
  const among = async (passing: number[], count: number) => ({
    candidates: await index.nearest(meaning, count + leftOut.length, { among: passing, turn }),
    areAll: true,
  });
  if (query.mayBeFew) {
    const passing = await readPassing(db, query, depths.narrow + 1);
    if (passing.length <= depths.narrow) {
      yield among(passing, most);
      return;
    }
  }
  for (const count of [depths.page, depths.first, depths.more]) {
    const candidates = await index.nearest(meaning, count, { turn });
    yield { candidates, areAll: candidates.length < count };
  }
  // As many again, as some of the nearest may be those that the index missed before.
  yield among(await readPassing(db, query, null), 2 * most);
}

function readListed<Row extends object>(
  papers: PaperReader,
  candidates: readonly Alike[],
  { filter, condition, leftOut, most }: NearestQuery,
  slice: Slice,
): Promise<(Keyed<Row> & Listed)[]> {
  const statement = sql`
    with listed as materialized (
      select c.id, c.likeness
      from unnest(
        ${candidates.map(({ paperId }) => paperId)}::int[], ${candidates.map(({ likeness }) => likeness)}::float8[]
      ) c (id, likeness)
      cross join lateral (select * from papers where id = c.id limit 1) p
      where ${condition} and ${matchesFilter(filter)} and c.id <> all(${leftOut}::int[])
      order by c.likeness desc, c.id desc limit ${most}::int
    )
    select ${papers.columns}, ${slice.keyColumns}, (select count(*)::int from listed) as listed
    from listed c join papers p on p.id = c.id
    where ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`;
  return papers.query(statement.long);
}

/** The ids of papers that pass, up to a number. */
async function readPassing(db: Db, { filter, conditionOfAll }: NearestQuery, most: number | null): Promise<number[]> {
  const statement = sql`
    select coalesce(array_agg(f.id), '{}') as ids from (
      select p.id from papers p where ${conditionOfAll} and ${matchesFilterOfCount(filter)} limit ${most}::int
    ) f`;
  const [row] = await db.query<{ ids: number[] }>(statement.long.planned("anew"));
  return row!.ids;
}

/** How many papers are listed. */
export async function countNearest(
  db: Db,
  index: VectorIndex,
  query: Omit<NearestQuery, "meaning" | "turn">,
): Promise<number> {
  const { filter, conditionOfAll, leftOut, most } = query;
  const statement = sql`
    select count(*)::int as count from (
      select from papers p
      where ${conditionOfAll} and ${matchesFilterOfCount(filter)} and p.id <> all(${leftOut}::int[]) and exists (
        select from paper_vectors v where v.paper_id = p.id and v.model = ${index.model} and v.vector <> ''
      )
      limit ${most}::int
    ) listed`;
  const [row] = await db.query<{ count: number }>(statement.long.planned("anew"));
  return row!.count;
}
