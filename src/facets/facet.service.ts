import type { Db } from "../db/database";
import { Slice } from "../db/keyset";
import { sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { encodeNodeId } from "../nodes/node-id";
import { MAX_PAGE_SIZE } from "../paging/page-size";
import { newestFirst } from "../papers/paper.order";
import { matchesFilterOfPage } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { ResolvedFilter } from "../papers/resolved-filter";
import { countedColumns, type FacetRow, facetsOf } from "./counted-facets";
import { PaperFacet, type PaperFacetCounts, type PaperFacetValue } from "./facet.type";
import { facetsOfAll } from "./kept-facets";

/** The most papers that are counted, of those that a filter keeps. */
export const MAX_COUNTED = 10_000;

/** Which facets are asked for, each of its first values. */
export interface FacetsAsked {
  by: readonly PaperFacet[];
  first: number;
}

/** Throws BAD_USER_INPUT for facets that are asked for twice, or not at all, and for a number of values out of bounds. */
export function checkFacets({ by, first }: FacetsAsked): void {
  if (by.length === 0)
    throw badUserInput("by", `by must have at least one of ${Object.values(PaperFacet).join(", ")}.`);
  const twice = by.find((facet, i) => by.indexOf(facet) !== i);
  if (twice) throw badUserInput("by", `by has ${twice} twice: ask for each facet once.`);
  if (first < 1 || first > MAX_PAGE_SIZE) {
    throw badUserInput("first", `first must be between 1 and ${MAX_PAGE_SIZE}, not ${first}.`);
  }
}

/** Whether a filter keeps all papers: none of its fields is set. */
export function isOfAll(filter: PaperFilter | null | undefined): boolean {
  return Object.values(filter ?? {}).every((value) => value === null || value === undefined);
}

/** Facets of all papers, by the numbers that are kept. */
export async function countAllFacets(db: Db, asked: FacetsAsked): Promise<PaperFacetCounts[]> {
  return countsOf(asked, await db.query<FacetRow>(facetsOfAll(asked.by, asked.first)), true);
}

/** Facets of the newest papers that a filter keeps. */
export async function countFacets(db: Db, filter: ResolvedFilter, asked: FacetsAsked): Promise<PaperFacetCounts[]> {
  const condition = matchesFilterOfPage(filter);
  const newest = new Slice(newestFirst, { limit: MAX_COUNTED, backward: false, from: null });
  const counted = sql`select 1 as parent, m.* from matching m where m.n <= ${MAX_COUNTED}::int`;
  const statement = sql`
    with matching as materialized (
      select p.*, row_number() over () as n
      from (
        select ${countedColumns} from papers p where ${condition} order by ${newest.orderBy} limit ${newest.limit}
      ) p
    )
    select m.count as matching, f.*
    from (select count(*)::int as count from matching) m
    left join (${facetsOf(counted, asked.by, asked.first)}) f on true`;
  const rows = await db.query<FacetRow & { matching: number }>(statement.long.planned(condition.planning));
  return countsOf(asked, rows, rows[0]!.matching <= MAX_COUNTED);
}

/** The answer for one parent, facets in the order in which they were asked for. */
export function countsOf({ by }: FacetsAsked, rows: readonly FacetRow[], isExact: boolean): PaperFacetCounts[] {
  const sorted = [...rows].sort((a, b) => a.place - b.place);
  return by.map((facet) => ({ facet, isExact, values: sorted.filter((row) => row.facet === facet).map(toValue) }));
}

function toValue({ facet, key, label, count }: FacetRow): PaperFacetValue {
  const values = {
    [PaperFacet.TOPIC]: label,
    [PaperFacet.ORGANIZATION]: encodeNodeId("Organization", key),
    [PaperFacet.CATEGORY]: key,
    [PaperFacet.AUTHOR]: encodeNodeId("Author", key),
    [PaperFacet.FEATURED_MONTH]: key,
  };
  return { facet, key, value: values[facet], label, count };
}
