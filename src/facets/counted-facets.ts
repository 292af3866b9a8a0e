import { join, type Sql, sql } from "../db/sql";
import { isTakenCategory } from "../papers/category-filter";
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

/** Which facets are asked for, each of its first values. */
export interface FacetsAsked {
  by: readonly PaperFacet[];
  first: number;
}

/** By facet, the numbers of papers `counted` that have each value: parent, value and count. A paper counts once. */
const groups: Record<PaperFacet, Sql> = {
  [PaperFacet.TOPIC]: sql`
    select parent, value, count(*)
    from (
      select distinct c.parent, c.id, s.topic_id as value
      from counted c cross join unnest(c.keywords) k (spelling) join topic_spellings s on s.spelling = k.spelling
    ) t
    group by parent, value`,
  [PaperFacet.ORGANIZATION]: sql`
    select parent, organization_id as value, count(*) from counted where organization_id is not null
    group by parent, organization_id`,
  // Many papers have the same ones.
  [PaperFacet.CATEGORY]: sql`
    select c.parent, k.value, sum(c.count) as count
    from (select parent, categories, count(*) from counted group by parent, categories) c
    cross join lateral (select distinct unnest(with_archives(c.categories))) k (value)
    where ${isTakenCategory(sql`k.value`)}
    group by c.parent, k.value`,
  // Paper by paper, so that not all authors of the archive are read.
  [PaperFacet.AUTHOR]: sql`
    select c.parent, a.value, count(*)
    from counted c
    cross join lateral (select distinct s.author_id as value from authorships s where s.paper_id = c.id) a
    group by c.parent, a.value`,
  [PaperFacet.FEATURED_MONTH]: sql`
    select parent, value, count(*)
    from (
      select distinct c.parent, c.id, date_trunc('month', e.day::timestamp)::date as value
      from counted c join feed_entries e on e.paper_id = c.id
    ) e
    group by parent, value`,
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
 * Query of FacetRows of papers, which the relation `counted` gives with `countedColumns` and `parent`, of so many parents. Values
 * with the same number of papers are in the order in which they came, the last first.
 */
export function facetsOf(counted: Sql, { by, first }: FacetsAsked, parents: number): Sql {
  // Of one parent, the others need not be sorted.
  const top = parents === 1 ? sql`order by g.count desc, g.value desc limit ${first}::int` : sql``;
  const facets = by.map((facet) => {
    const { label, joined } = labels[facet];
    return sql`
      select v.parent::int, ${facet}::text as facet, v.value::text as key, ${label} as label, v.count::int, v.place::int
      from (
        select g.*, row_number() over (partition by g.parent order by g.count desc, g.value desc) as place
        from (select g.* from (${groups[facet]}) g ${top}) g
      ) v ${joined}
      where v.place <= ${first}::int`;
  });
  return sql`
    with counted as materialized (${counted})
    ${join(facets, " union all ")}`;
}
