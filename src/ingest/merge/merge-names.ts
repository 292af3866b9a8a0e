import type { Transaction } from "../../db/database";
import { sql } from "../../db/sql";

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

/** Replaces the authors of papers by those of records that win. */
export async function mergeAuthors(tx: Transaction): Promise<void> {
  await tx.query(sql`
    update staged s set authors_changed = true
    where s.authors_win and not s.is_new and s.author_names is not null and s.author_names is distinct from (
      select array_agg(a.name order by a.position) from authorships a where a.paper_id = s.paper_id
    )`);
  await tx.query(sql`
    insert into authors (key, name)
    select distinct on (k.key) k.key, k.name
    from staged s, unnest(s.author_keys, s.author_names) with ordinality k (key, name, position)
    where s.authors_changed
    order by k.key, s.n, k.position
    on conflict (key) do nothing`);
  await tx.query(sql`
    delete from authorships a using staged s where a.paper_id = s.paper_id and s.authors_changed and not s.is_new`);
  await tx.query(sql`
    insert into authorships (paper_id, position, author_id, name)
    select s.paper_id, k.position, a.id, k.name
    from staged s, unnest(s.author_keys, s.author_names) with ordinality k (key, name, position)
    join authors a on a.key = k.key
    where s.authors_changed`);
}
