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
 * Papers that are looked at before the filter is: first those nearest of all, some more than are listed, since withdrawn ones
 * are left out; then all that pass the filter if it is as narrow as this; then many more of all.
 */
const DEPTHS = { first: 1200, narrow: 5000, more: 16_000 };

/** What is to be near, and which papers. */
export interface NearestQuery {
  meaning: Meaning;
  filter: ResolvedFilter | null;
  /** Another condition on papers `p`, of which there are few. */
  condition: Sql;
  /** The same on all papers. */
  conditionOfAll: Sql;
  /** Ids of papers that are left out. */
  leftOut: readonly number[];
  /** How many are listed at most. */
  most: number;
}

/** The columns by which a list of nearest papers is ordered. */
export const nearestKeys = [
  { column: sql`c.likeness`, kind: "float" },
  { column: sql`p.id`, kind: "int" },
] as const;

type Listed = { listed: number };

/**
 * A part of the list of papers that pass, nearest first: `limit` of them and one more, if the list goes on. They are looked for
 * among ever more of the papers near, until the part is full: so a filter empties no page while papers pass it.
 */
export async function listNearest<Row extends object>(
  { db, papers }: PaperSources,
  index: VectorIndex,
  query: NearestQuery,
  slice: Slice,
  limit: number,
  depths = DEPTHS,
): Promise<Keyed<Row>[]> {
  let rows: (Keyed<Row> & Listed)[] = [];
  for (const next of candidatesOf(db, index, query, depths)) {
    const { candidates, areAll } = await next();
    rows = await readListed(papers, candidates, query, slice);
    if (areAll || rows.length > limit || rows[0]?.listed === query.most) break;
  }
  return rows;
}

interface Candidates {
  /** Nearest first. */
  candidates: Alike[];
  /** Whether no other paper can be listed. */
  areAll: boolean;
}

function* candidatesOf(
  db: Db,
  index: VectorIndex,
  query: NearestQuery,
  depths: typeof DEPTHS,
): Generator<() => Promise<Candidates>> {
  const { meaning, leftOut, most } = query;
  const ofAll = async (count: number) => {
    const candidates = await index.nearest(meaning, count);
    return { candidates, areAll: candidates.length < count };
  };
  const among = async (passing: number[]) => ({
    candidates: await index.nearest(meaning, most + leftOut.length, passing),
    areAll: true,
  });
  yield () => ofAll(depths.first);
  yield async () => {
    const passing = await readPassing(db, query, depths.narrow + 1);
    return passing.length <= depths.narrow ? among(passing) : ofAll(depths.more);
  };
  yield async () => among(await readPassing(db, query, null));
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
export async function countNearest(db: Db, index: VectorIndex, query: Omit<NearestQuery, "meaning">): Promise<number> {
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
