import type { WritableDb } from "../db/database";
import { lockImports } from "../db/locks";
import { sql } from "../db/sql";

/** Papers reindexed in one transaction, which takes up to half a second: imports and votes wait no longer than that. */
const BATCH = 200;

/**
 * Reindexes the next papers of the backlog, newest first, as the migration that made it asks; false when none is left.
 * Processes that do so at the same time take turns.
 */
export function reindexNext(db: WritableDb, batch = BATCH): Promise<boolean> {
  return db.bulk(async (tx) => {
    const [backlog] = await tx.query<{ upTo: number }>(sql`select up_to as "upTo" from search_backlog`);
    if (!backlog) return false;
    await lockImports(tx);
    await tx.query(sql`
      with backlog as materialized (
        select up_to from search_backlog for update
      ), batch as materialized (
        select p.id from backlog, papers p where p.id <= backlog.up_to order by p.id desc limit ${batch}::int
      ), searched as materialized (
        select p.id, paper_search(p.title, n.names, p.keywords, p.abstract) as search
        from batch join papers p using (id)
        left join lateral (
          select string_agg(a.name, ', ' order by a.position) as names from authorships a where a.paper_id = p.id
        ) n on true
      ), written as (
        -- what is searched as before stays where it is stored
        update papers p set search = case when p.search = s.search then p.search else s.search end
        from searched s where p.id = s.id and (p.search <> s.search or p.salient_words is null)
      ), known as (
        insert into words (word)
        select distinct w.word from batch join papers p using (id), unnest(tsvector_to_array(words_of(searchable(p.title)))) w (word)
        where not exists (select from words k where k.word = w.word)
        order by 1
        on conflict do nothing
      ), moved as (
        update search_backlog set up_to = (select min(id) - 1 from batch) where exists (select from batch)
      )
      delete from search_backlog where not exists (select from batch)`);
    return true;
  });
}
