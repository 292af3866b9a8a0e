import { paperCountClass } from "../../authors/paper-count-class";
import type { Transaction } from "../../db/database";
import { type Sql, sql } from "../../db/sql";

/** Adds unknown organizations; fills in missing logos. */
export async function mergeOrganizations(tx: Transaction): Promise<void> {
  await tx.query(sql`
    insert into organizations (key, name, logo_url)
    select distinct on (organization_key) organization_key, organization_name, organization_logo_url
    from staged where organization_key is not null
    order by organization_key, organization_logo_url nulls last
    on conflict (key) do update set logo_url = excluded.logo_url
      where organizations.logo_url is null and excluded.logo_url is not null`);
}

/** Replaces the authors of papers by those of records that win, and keeps their numbers of papers. */
export async function mergeAuthors(tx: Transaction): Promise<void> {
  await tx.query(sql`
    update staged s set authors_changed = true
    where s.authors_win and not s.is_new and s.author_names is not null and s.author_names is distinct from (
      select array_agg(a.name order by a.position) from authorships a where a.paper_id = s.paper_id
    )`);
  await tx.query(sql`
    with removed as (
      delete from authorships a using staged s where a.paper_id = s.paper_id and s.authors_changed and not s.is_new
      returning a.author_id, a.paper_id
    )
    update authors a set ${counted(sql`a.paper_count - m.papers`)}
    from (select author_id, count(distinct paper_id)::int as papers from removed group by author_id) m
    where a.id = m.author_id`);
  await tx.query(sql`
    with printed as materialized (
      select s.n, s.paper_id, k.position, k.key, k.name
      from staged s, unnest(s.author_keys, s.author_names) with ordinality k (key, name, position)
      where s.authors_changed
    ), merged as (
      insert into authors as a (key, name, paper_count, paper_count_class)
      select key, name, papers, ${paperCountClass(sql`papers`)}
      from (
        select key, (array_agg(name order by n, position))[1] as name, count(distinct n)::int as papers
        from printed group by key
      ) p
      on conflict (key) do update set ${counted(sql`a.paper_count + excluded.paper_count`)}
      returning id, key
    )
    insert into authorships (paper_id, position, author_id, name)
    select p.paper_id, p.position, m.id, p.name from printed p join merged m on m.key = p.key`);
}

const counted = (count: Sql) => sql`paper_count = ${count}, paper_count_class = ${paperCountClass(count)}`;
