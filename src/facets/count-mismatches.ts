import { paperCountClass } from "../authors/paper-count-class";
import type { WritableDb } from "../db/database";
import { join, type Sql, sql } from "../db/sql";

/** By what is kept, the rows whose number of papers, or label, is not what papers say: their keys, with what papers say. */
export const mismatches = {
  organizations: sql`
    select k.id, coalesce(c.papers, 0)::int as papers from organizations k
    left join (select organization_id as id, count(*) as papers from papers group by 1) c on c.id = k.id
    where k.paper_count <> coalesce(c.papers, 0)`,
  authors: sql`
    select k.id, coalesce(c.papers, 0)::int as papers from authors k
    left join (select author_id as id, count(distinct paper_id) as papers from authorships group by 1) c on c.id = k.id
    where k.paper_count <> coalesce(c.papers, 0) or k.paper_count_class <> ${paperCountClass(sql`k.paper_count`)}`,
  categories: sql`
    select coalesce(k.category, c.category) as category, coalesce(c.papers, 0)::int as papers from category_counts k
    full join (
      select category, count(distinct p.id) as papers
      from papers p, unnest(with_archives(p.categories)) category group by 1
    ) c on c.category = k.category
    where coalesce(k.paper_count, 0) <> coalesce(c.papers, 0)`,
  months: sql`
    select coalesce(k.month, c.month) as month, coalesce(c.papers, 0)::int as papers from featured_months k
    full join (
      select date_trunc('month', day::timestamp)::date as month, count(distinct paper_id) as papers
      from feed_entries group by 1
    ) c on c.month = k.month
    where coalesce(k.paper_count, 0) <> coalesce(c.papers, 0)`,
  spellings: sql`
    select coalesce(k.spelling, c.spelling) as spelling, k.topic_id, coalesce(c.papers, 0)::int as papers
    from topic_spellings k
    full join (
      select spelling, count(distinct p.id) as papers from papers p, unnest(p.keywords) spelling group by 1
    ) c on c.spelling = k.spelling
    where coalesce(k.paper_count, 0) <> coalesce(c.papers, 0)
      and (k.spelling is not null or topic_key(c.spelling) is not null)`,
  topics: sql`
    select k.id, coalesce(c.papers, 0)::int as papers, coalesce(l.spelling, k.label) as label from topics k
    left join (
      select s.topic_id as id, count(distinct p.id) as papers
      from papers p, unnest(p.keywords) keyword join topic_spellings s on s.spelling = keyword group by 1
    ) c on c.id = k.id
    left join (
      select distinct on (topic_id) topic_id as id, spelling from topic_spellings
      order by topic_id, paper_count desc, spelling
    ) l on l.id = k.id
    where k.paper_count <> coalesce(c.papers, 0) or k.label <> coalesce(l.spelling, k.label)`,
} satisfies Record<string, Sql>;

/** The number of kept numbers of papers that are wrong, by what they are of; those that are right are left out. Reads all papers. */
export async function countPaperCountMismatches(db: WritableDb): Promise<Record<string, number>> {
  const counts = Object.entries(mismatches).map(
    ([of, rows]) => sql`select ${of}::text as of, count(*)::int as count from (${rows}) m`,
  );
  const rows = await db.bulk((tx) => tx.query<{ of: string; count: number }>(join(counts, " union all ")));
  return Object.fromEntries(rows.filter(({ count }) => count > 0).map(({ of, count }) => [of, count]));
}
