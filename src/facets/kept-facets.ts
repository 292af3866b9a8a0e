import { join, type Sql, sql } from "../db/sql";
import { isTakenCategory } from "../papers/category-filter";
import { PaperFacet } from "./facet.type";

/** By facet, its values with the numbers of papers that imports keep, those of most papers first. */
const kept: Record<PaperFacet, Sql> = {
  [PaperFacet.TOPIC]: sql`
    select id::text as key, label, paper_count from topics where paper_count > 0 order by paper_count desc, id desc`,
  [PaperFacet.ORGANIZATION]: sql`
    select id::text as key, name as label, paper_count from organizations
    where paper_count > 0 order by paper_count desc, id desc`,
  [PaperFacet.CATEGORY]: sql`
    select category as key, category as label, paper_count from category_counts
    where paper_count > 0 and ${isTakenCategory(sql`category`)} order by paper_count desc, category desc`,
  // By class first, as the index has them: only those of the last one are sorted.
  [PaperFacet.AUTHOR]: sql`
    select id::text as key, name as label, paper_count from authors
    where paper_count > 0 order by paper_count_class desc, paper_count desc, id desc`,
  [PaperFacet.FEATURED_MONTH]: sql`
    select month::text as key, to_char(month, 'FMMonth YYYY') as label, paper_count from featured_months
    where paper_count > 0 order by paper_count desc, month desc`,
};

/** Query of the FacetRows of all papers, in the order of `facetsOf`. */
export function facetsOfAll(by: readonly PaperFacet[], first: number): Sql {
  const facets = by.map(
    (facet) => sql`
      select 1 as parent, ${facet}::text as facet, k.key, k.label, k.paper_count as count,
        row_number() over ()::int as place
      from (${kept[facet]} limit ${first}::int) k`,
  );
  return join(facets, " union all ");
}
