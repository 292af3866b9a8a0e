import type { Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { changesOf } from "./merge-counts";

/** The spellings that papers gain and lose, each once a paper. */
const changed = sql`(
  select distinct c.n, m.spelling, m.step
  from ${changesOf("keywords")}
  cross join lateral (select unnest(c.before), -1 union all select unnest(c.after), 1) m (spelling, step)
) m`;

/**
 * Keeps topics, their most usual spellings and their numbers of papers, before the staged records are written to papers. Topics
 * that no paper has any more stay, so that their ids stay theirs.
 */
export async function mergeTopics(tx: Transaction): Promise<void> {
  await tx.query(sql`
    with read as materialized (
      select m.spelling, topic_key(m.spelling) as key
      from (select distinct m.spelling from ${changed} where m.step > 0) m
      where not exists (select from topic_spellings s where s.spelling = m.spelling)
    ), made as (
      insert into topics (key, label, words)
      select distinct on (r.key) r.key, r.spelling, to_tsvector('paper_text', searchable(r.spelling))
      from read r
      where r.key is not null and not exists (select from topics t where t.key = r.key)
      order by r.key, r.spelling
      returning id, key
    )
    insert into topic_spellings (spelling, topic_id)
    select r.spelling, t.id
    from read r join (select id, key from made union all select id, key from topics) t on t.key = r.key`);
  await tx.query(sql`
    update topic_spellings s set paper_count = s.paper_count + m.change
    from (select m.spelling, sum(m.step)::int as change from ${changed} group by m.spelling having sum(m.step) <> 0) m
    where s.spelling = m.spelling`);
  await tx.query(sql`
    update topics t set paper_count = t.paper_count + m.change, label = (
      select s.spelling from topic_spellings s where s.topic_id = t.id order by s.paper_count desc, s.spelling limit 1
    )
    from (
      select m.topic_id, sum(m.step)::int as change
      from (
        select distinct m.n, s.topic_id, m.step from ${changed} join topic_spellings s on s.spelling = m.spelling
      ) m
      group by m.topic_id
    ) m
    where t.id = m.topic_id`);
}
