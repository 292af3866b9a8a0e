import { paperCountClass } from "../authors/paper-count-class";
import type { WritableDb } from "../db/database";
import { lockImports } from "../db/locks";
import { type Sql, sql } from "../db/sql";
import { countPaperCountMismatches, mismatches } from "./count-mismatches";

/** What brings each kind of kept numbers to what papers say, in this order: topics are counted by their spellings. */
const repairs: Sql[] = [
  sql`update organizations o set paper_count = m.papers from (${mismatches.organizations}) m where o.id = m.id`,
  sql`
    update authors a set paper_count = m.papers, paper_count_class = ${paperCountClass(sql`m.papers`)}
    from (${mismatches.authors}) m where a.id = m.id`,
  sql`
    insert into category_counts (category, paper_count) select category, papers from (${mismatches.categories}) m
    on conflict (category) do update set paper_count = excluded.paper_count`,
  sql`
    insert into featured_months (month, paper_count) select month, papers from (${mismatches.months}) m
    on conflict (month) do update set paper_count = excluded.paper_count`,
  sql`
    with wrong as materialized (
      select m.*, case when m.topic_id is null then topic_key(m.spelling) end as key from (${mismatches.spellings}) m
    ), added as (
      insert into topics (key, label, words)
      select distinct on (key) key, spelling, to_tsvector('paper_text', searchable(spelling))
      from wrong where topic_id is null order by key, papers desc, spelling
      on conflict (key) do update set key = excluded.key
      returning id, key
    )
    insert into topic_spellings (spelling, topic_id, paper_count)
    select w.spelling, coalesce(w.topic_id, a.id), w.papers from wrong w left join added a on a.key = w.key
    on conflict (spelling) do update set paper_count = excluded.paper_count`,
  sql`update topics t set paper_count = m.papers, label = m.label from (${mismatches.topics}) m where t.id = m.id`,
];

/**
 * Brings the kept numbers of papers to what papers say; gives how many were wrong, by what they are of. Nobody waits but imports,
 * and those only if something is wrong. Idempotent.
 */
export async function repairPaperCounts(db: WritableDb): Promise<Record<string, number>> {
  const wrong = await countPaperCountMismatches(db);
  if (Object.keys(wrong).length === 0) return wrong;
  await db.bulk(async (tx) => {
    await lockImports(tx);
    for (const repair of repairs) await tx.query(repair);
  });
  return wrong;
}
