import type { Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { changesOf } from "./merge-counts";

/**
 * Keeps topics, their most usual spellings and their numbers of papers, before the staged records are written to papers. Topics
 * that no paper has any more stay, so that their ids stay theirs.
 */
export async function mergeTopics(tx: Transaction): Promise<void> {
  // Only spellings that no paper had are read: it takes longer than all else.
  const merged = await tx.query<{ id: number }>(sql`
    with changed as materialized (
      select distinct c.n, m.spelling, m.step
      from ${changesOf("keywords")}
      cross join lateral (select unnest(c.before), -1 union all select unnest(c.after), 1) m (spelling, step)
    ), spelled as materialized (
      select c.spelling, c.change, s.topic_id is null as is_new, coalesce(t.key, topic_key(c.spelling)) as key
      from (select spelling, sum(step)::int as change from changed group by spelling) c
      left join topic_spellings s on s.spelling = c.spelling
      left join topics t on t.id = s.topic_id
    ), merged as (
      insert into topics as t (key, label, words, paper_count)
      select m.key, m.spelling, case when m.is_new then to_tsvector('paper_text', searchable(m.spelling)) else '' end, m.papers
      from (
        select key, min(spelling) as spelling, bool_and(is_new) as is_new, sum(step)::int as papers
        from (
          select s.key, min(s.spelling) as spelling, bool_and(s.is_new) as is_new, c.step
          from changed c join spelled s on s.spelling = c.spelling
          where s.key is not null
          group by c.n, s.key, c.step
        ) p
        group by key
      ) m
      on conflict (key) do update set paper_count = t.paper_count + excluded.paper_count
      returning id, key
    ), added as (
      insert into topic_spellings (spelling, topic_id, paper_count)
      select s.spelling, m.id, s.change from spelled s join merged m on m.key = s.key where s.is_new
    ), known as (
      update topic_spellings k set paper_count = k.paper_count + s.change
      from spelled s where k.spelling = s.spelling and not s.is_new and s.change <> 0
    )
    select id from merged`);
  await tx.query(sql`
    update topics t set label = l.spelling
    from (
      select distinct on (s.topic_id) s.topic_id, s.spelling
      from topic_spellings s where s.topic_id = any(${merged.map(({ id }) => id)}::int[])
      order by s.topic_id, s.paper_count desc, s.spelling
    ) l
    where t.id = l.topic_id and t.label <> l.spelling`);
}
