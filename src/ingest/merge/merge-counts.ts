import type { Transaction } from "../../db/database";
import { type Sql, sql } from "../../db/sql";
import { raw } from "./columns";

/**
 * What papers had in a column and what they will have, `before` and `after`, by the number `n` of the staged record; papers
 * whose value no record replaces are left out. To be read before papers are written.
 */
export const changesOf = (column: string, after: Sql = sql`s.${raw(column)}`): Sql => sql`(
  select s.n, case when not s.is_new then p.${raw(column)} end as before, ${after} as after
  from staged s left join papers p on p.id = s.paper_id and not s.is_new
  where s.is_new or ${raw(`'${column}'`)} = any(s.wins)
) c`;

/** Keeps the number of papers of each organization, before the staged records are written to papers. */
export async function countOfOrganizations(tx: Transaction): Promise<void> {
  const organizationId = sql`(select o.id from organizations o where o.key = s.organization_key)`;
  await tx.query(sql`
    update organizations o set paper_count = o.paper_count + m.change
    from (
      select m.id, sum(m.step)::int as change
      from ${changesOf("organization_id", organizationId)}
      cross join lateral (values (c.before, -1), (c.after, 1)) m (id, step)
      where m.id is not null
      group by m.id having sum(m.step) <> 0
    ) m
    where o.id = m.id`);
}

/** The same of each category, and each archive. */
export async function countOfCategories(tx: Transaction): Promise<void> {
  await tx.query(sql`
    insert into category_counts as k (category, paper_count)
    select m.category, sum(m.step)::int
    from (
      select distinct c.n, m.category, m.step
      from ${changesOf("categories")}
      cross join lateral (
        select unnest(with_archives(c.before)), -1 union all select unnest(with_archives(c.after)), 1
      ) m (category, step)
    ) m
    group by m.category having sum(m.step) <> 0
    on conflict (category) do update set paper_count = k.paper_count + excluded.paper_count`);
}

const monthOf = (day: Sql) => sql`date_trunc('month', ${day}::timestamp)::date`;

/** Keeps the numbers of papers that each month featured, before the staged records are written to feeds. */
export async function countFeatured(tx: Transaction): Promise<void> {
  await tx.query(sql`
    insert into featured_months as m (month, paper_count)
    select ${monthOf(sql`s.featured_on`)}, count(*)
    from staged s
    where s.featured_on is not null and not exists (
      select from feed_entries e where e.paper_id = s.paper_id and ${monthOf(sql`e.day`)} = ${monthOf(sql`s.featured_on`)}
    )
    group by 1
    on conflict (month) do update set paper_count = m.paper_count + excluded.paper_count`);
}

/** The same once papers were taken out of a day's feed. */
export async function uncountFeatured(tx: Transaction, day: string, paperIds: readonly number[]): Promise<void> {
  await tx.query(sql`
    update featured_months m set paper_count = m.paper_count - (
      select count(*) from unnest(${paperIds}::int[]) taken (id)
      where not exists (
        select from feed_entries e where e.paper_id = taken.id and ${monthOf(sql`e.day`)} = m.month
      )
    )
    where m.month = ${monthOf(sql`${day}::date`)}`);
}
