import type { Transaction } from "../../db/database";
import { sql } from "../../db/sql";

/** Replaces a paper's versions by those of a record that wins. Not called when no record has any. */
export async function mergeVersions(tx: Transaction): Promise<void> {
  await tx.query(sql`
    update staged s set versions_changed = true
    where s.version_numbers is not null and (s.is_new or 'versions' = any(s.wins))
      and array(select (n, at) from unnest(s.version_numbers, s.version_times) v (n, at))
        <> array(select (v.number, v.submitted_at) from paper_versions v where v.paper_id = s.paper_id order by v.number)`);
  await tx.query(sql`
    delete from paper_versions v using staged s
    where v.paper_id = s.paper_id and s.versions_changed and v.number <> all(s.version_numbers)`);
  await tx.query(sql`
    insert into paper_versions (paper_id, number, submitted_at)
    select s.paper_id, v.number, v.submitted_at
    from staged s, unnest(s.version_numbers, s.version_times) v (number, submitted_at)
    where s.versions_changed
    on conflict (paper_id, number) do update set submitted_at = excluded.submitted_at`);
}
