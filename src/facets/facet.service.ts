import type { Db } from "../db/database";
import { Slice } from "../db/keyset";
import { sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { encodeNodeId } from "../nodes/node-id";
import { MAX_PAGE_SIZE } from "../paging/page-size";
import { checkMatchable } from "../papers/check-matchable";
import { newestFirst } from "../papers/paper.order";
import { matchesFilterOfCount } from "../papers/paper-filter";
import type { ResolvedFilter } from "../papers/resolved-filter";
import { countedColumns, type FacetRow, type FacetsAsked, facetsOf } from "./counted-facets";
import { PaperFacet, type PaperFacetCounts, type PaperFacetValue } from "./facet.type";
import { facetsOfAll } from "./kept-facets";

/** The most papers that are counted, of those that a filter keeps. */
export const MAX_COUNTED = 10_000;

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

/** Facets of all papers, by the numbers that are kept. */
export async function countAllFacets(db: Db, asked: FacetsAsked): Promise<PaperFacetCounts[]> {
  return countsOf(asked, await db.query<FacetRow>(facetsOfAll(asked.by, asked.first)), true);
}

/** Facets of the newest papers that a filter keeps. */
export async function countFacets(db: Db, resolved: ResolvedFilter, asked: FacetsAsked): Promise<PaperFacetCounts[]> {
  checkMatchable(resolved.filter);
  const { keywords, excludeKeywords } = resolved.filter;
  // What an index finds is found before it is sorted: by walking through the newest papers, the texts of each would be read. Of
  // categories the planner knows how common they are, and half of a million papers may have one.
  const isFoundFirst = keywords ?? excludeKeywords;
  const newest = new Slice(newestFirst, { limit: MAX_COUNTED, backward: false, from: null });
  const counted = sql`select 1 as parent, n.* from newest n limit ${MAX_COUNTED}::int`;
  const statement = sql`
    with p as ${isFoundFirst ? sql`materialized` : sql`not materialized`} (
      select ${countedColumns}, p.published_on from papers p where ${matchesFilterOfCount(resolved)}
    ), newest as materialized (select p.* from p order by ${newest.orderBy} limit ${newest.limit})
    select m.count as matching, f.*
    from (select count(*)::int as count from newest) m
    left join (${facetsOf(counted, asked, 1)}) f on true`;
  const rows = await db.query<FacetRow & { matching: number }>(statement.long.planned("anew"));
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
