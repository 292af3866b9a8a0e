import { join, type Sql, sql } from "../db/sql";
import { PaperFacet } from "./facet.type";

/** A facet's value as rows have it: of a parent, by number, whose papers were counted. */
export interface FacetRow {
  parent: number;
  facet: PaperFacet;
  key: string;
  label: string;
  count: number;
  /** Among the values of the facet, from 1. */
  place: number;
}

/** By facet, the pairs of a paper and a value that it has, from papers `c` (parent, id and columns): parent, paper and value. */
const pairs: Record<PaperFacet, Sql> = {
  [PaperFacet.TOPIC]: sql`
    select distinct c.parent, c.id, s.topic_id as value
    from counted c cross join unnest(c.keywords) k (spelling) join topic_spellings s on s.spelling = k.spelling`,
  [PaperFacet.ORGANIZATION]: sql`
    select c.parent, c.id, c.organization_id as value from counted c where c.organization_id is not null`,
  [PaperFacet.CATEGORY]: sql`
    select distinct c.parent, c.id, k.value from counted c cross join unnest(with_archives(c.categories)) k (value)`,
  [PaperFacet.AUTHOR]: sql`
    select distinct c.parent, c.id, a.author_id as value from counted c join authorships a on a.paper_id = c.id`,
  [PaperFacet.FEATURED_MONTH]: sql`
    select distinct c.parent, c.id, date_trunc('month', e.day::timestamp)::date as value
    from counted c join feed_entries e on e.paper_id = c.id`,
};

/** By facet, what tables say of values `v`: their label, and the join that it takes. */
const labels: Record<PaperFacet, { label: Sql; joined: Sql }> = {
  [PaperFacet.TOPIC]: { label: sql`t.label`, joined: sql`join topics t on t.id = v.value` },
  [PaperFacet.ORGANIZATION]: { label: sql`o.name`, joined: sql`join organizations o on o.id = v.value` },
  [PaperFacet.CATEGORY]: { label: sql`v.value`, joined: sql`` },
  [PaperFacet.AUTHOR]: { label: sql`a.name`, joined: sql`join authors a on a.id = v.value` },
  [PaperFacet.FEATURED_MONTH]: { label: sql`to_char(v.value, 'FMMonth YYYY')`, joined: sql`` },
};

/** Columns of papers `p` that facets are counted by. */
export const countedColumns = sql`p.id, p.keywords, p.organization_id, p.categories`;

/**
 * Query of FacetRows of papers, which the relation `counted` gives with `countedColumns` and `parent`. Values with the same
 * number of papers are in the order in which they came, the last first.
 */
export function facetsOf(counted: Sql, by: readonly PaperFacet[], first: number): Sql {
  const facets = by.map((facet) => {
    const { label, joined } = labels[facet];
    return sql`
      select v.parent::int, ${facet}::text as facet, v.value::text as key, ${label} as label, v.count, v.place
      from (
        select f.parent, f.value, count(*)::int as count,
          row_number() over (partition by f.parent order by count(*) desc, f.value desc)::int as place
        from (${pairs[facet]}) f group by f.parent, f.value
      ) v ${joined}
      where v.place <= ${first}::int`;
  });
  return sql`
    with counted as materialized (${counted})
    ${join(facets, " union all ")}`;
}
