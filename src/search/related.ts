import { type Sql, sql } from "../db/sql";
import { topicOf } from "./words";

/** A word that more papers than these have in title or keywords leads to too many of them, and says little. */
const MAX_PAPERS = 2000;
/** Each is paired with each. */
const MAX_TERMS = 12;
/** Papers with two of the terms of which more than that are read: any of them, in the order that they are stored. */
const MAX_READ = 200;
/** Papers that are compared word by word. */
const MAX_CANDIDATES = 50;
/** Assumed for words that are too rare to be in PostgreSQL's statistics. */
const RARE = 0.0005;

/** How rare a word is: its inverse document frequency (Spärck Jones 1972), from PostgreSQL's own statistics. */
const common = sql`
  select c.lexeme, c.frequency
  from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) c (lexeme, frequency)
  where s.schemaname = current_schema() and s.tablename = 'papers_topic_idx'`;

/** What the paper `k.id` is about: the words of its title, then of its keywords, the rarest first. */
const terms = sql`
  select w.lexeme, ln(1 / coalesce(common.frequency, ${RARE}::float8)) as rarity
  from papers source, unnest(${topicOf(sql`source`)}) w
  left join common on common.lexeme = w.lexeme
  where source.id = k.id and coalesce(common.frequency, 0) * (
    select greatest(c.reltuples, 0) from pg_class c where c.oid = 'papers'::regclass
  ) <= ${MAX_PAPERS}::int
  order by 'A' = any(w.weights) desc, rarity desc, w.lexeme
  limit ${MAX_TERMS}::int`;

const queryOf = (term: Sql): Sql => sql`array_to_tsvector(array[${term}.lexeme])::text`;

/** Papers that have two of the terms in title or keywords. The index alone finds them, however many have one of them. */
const likely = sql`
  select o.id, o.search
  from (
    select string_agg(${queryOf(sql`a`)} || ' & ' || ${queryOf(sql`b`)}, ' | ')::tsquery as query
    from terms a join terms b on a.lexeme < b.lexeme
  ) pairs
  join papers o on ${topicOf(sql`o`)} @@ pairs.query and o.id <> k.id
  limit ${MAX_READ}::int`;

/** A single term may be there by chance: such papers, those with the rarest one first, only fill up. */
const candidates = sql`
  (
    select l.id, true as is_likely
    from likely l, unnest(${topicOf(sql`l`)}) w join terms t on t.lexeme = w.lexeme
    group by l.id
    order by sum(t.rarity) desc, l.id
    limit ${MAX_CANDIDATES}::int
  )
  union all
  (
    select distinct on (chance.id) chance.id, false
    from (
      select o.id
      from (select t.* from terms t order by t.rarity desc, t.lexeme) t
      cross join lateral (
        select o.id from papers o
        where ${topicOf(sql`o`)} @@ ${queryOf(sql`t`)}::tsquery and o.id <> k.id
        limit ${MAX_CANDIDATES}::int
      ) o
      where (select count(*) from likely) < ${MAX_CANDIDATES}::int and o.id not in (select l.id from likely l)
      limit ${MAX_CANDIDATES}::int
    ) chance
  )`;

/** How much a paper `p` is about the terms: their rarities, less where a word stands in the abstract only. */
const score = sql`
  select sum(t.rarity * case when 'A' = any(w.weights) then 1 when 'C' = any(w.weights) then 0.6 else 0.2 end) as score
  from unnest(p.search) w join terms t on t.lexeme = w.lexeme`;

/**
 * Papers that share words of title or keywords with each of `paperIds`, nearest first, by a paper reader's columns; two
 * words go before one.
 */
export function relatedPapers(columns: Sql, paperIds: readonly number[], limit: number): Sql {
  return sql`
    with common as materialized (${common})
    select k.parent::int as parent, near.*
    from unnest(${paperIds}::int[]) with ordinality as k (id, parent)
    cross join lateral (
      with terms as materialized (${terms}), likely as materialized (${likely}), candidates as materialized (${candidates})
      select ${columns}, c.is_likely, s.score
      from candidates c join papers p on p.id = c.id cross join lateral (${score}) s
      order by c.is_likely desc, s.score desc, p.id
      limit ${limit}::int
    ) near
    order by k.parent, near.is_likely desc, near.score desc, near."rowId"`.long;
}
