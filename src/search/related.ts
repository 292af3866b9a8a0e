import { type Sql, sql } from "../db/sql";
import { topicOf } from "./words";

/** A word that more papers than this have in title or keywords finds too many, and says little. */
const MAX_PAPERS = 2000;
/** Terms of a paper; each is paired with each other. */
const MAX_TERMS = 8;
/** Papers with two of the terms that are compared; if there are more, the first ones as stored. */
const MAX_LIKELY = 60;
/** The same with one of them. */
const MAX_CHANCE = 20;
/** Assumed for words that are too rare to be in PostgreSQL's statistics. */
const RARE = 0.0005;

/** How rare a word is: its inverse document frequency (Spärck Jones 1972), from PostgreSQL's own statistics. */
const common = sql`
  select c.lexeme, c.frequency
  from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) c (lexeme, frequency)
  where s.schemaname = current_schema() and s.tablename = 'papers_topic_idx'`;

/** Search indexes the "to" of text-to-image as a word, but no paper is about it. */
const isNoStopWord = (lexeme: Sql): Sql => sql`ts_lexize('english_stem', ${lexeme}) <> '{}'`;

/** The subject of each of the papers `k`: the words of its title, then of its keywords, the rarest first. */
const words = (paperIds: readonly number[]) => sql`
  select k.parent, w.lexeme, ln(1 / coalesce(common.frequency, ${RARE}::float8)) as rarity, row_number() over (
    partition by k.parent
    order by 'A' = any(w.weights) desc, coalesce(common.frequency, 0), w.lexeme
  ) as n
  from unnest(${paperIds}::int[]) with ordinality as k (id, parent)
  join papers source on source.id = k.id
  cross join unnest(${topicOf(sql`source`)}) w
  left join common on common.lexeme = w.lexeme
  where coalesce(common.frequency, 0) * (
    select greatest(c.reltuples, 0) from pg_class c where c.oid = 'papers'::regclass
  ) <= ${MAX_PAPERS}::int and ${isNoStopWord(sql`w.lexeme`)}`;

const terms = sql`select t.lexeme, t.rarity from words t where t.parent = k.parent and t.n <= ${MAX_TERMS}::int`;

const queryOf = (term: Sql): Sql => sql`array_to_tsvector(array[${term}.lexeme])::text`;

/** Papers that have two of the terms in title or keywords. The index alone finds them, however many papers have one. */
const likely = sql`
  select o.id, ${topicOf(sql`o`)} as topic
  from (
    select string_agg(${queryOf(sql`a`)} || ' & ' || ${queryOf(sql`b`)}, ' | ')::tsquery as query
    from terms a join terms b on a.lexeme < b.lexeme
  ) pairs
  join papers o on ${topicOf(sql`o`)} @@ pairs.query and o.id <> k.id and o.withdrawn_at is null
  limit ${MAX_LIKELY}::int`;

/** Papers that share one term, the rarest first, only fill up the list: it may be there by chance. */
const chance = (limit: number) => sql`
  select distinct on (o.id) o.id, o.topic
  from (
    select o.id, o.topic
    from (select t.* from terms t order by t.rarity desc, t.lexeme) t
    cross join lateral (
      select o.id, ${topicOf(sql`o`)} as topic from papers o
      where ${topicOf(sql`o`)} @@ ${queryOf(sql`t`)}::tsquery and o.id <> k.id and o.withdrawn_at is null
      limit ${MAX_CHANCE}::int
    ) o
    where (select count(*) from likely) < ${limit}::int and o.id not in (select l.id from likely l)
    limit ${MAX_CHANCE}::int
  ) o`;

/** How relevant the terms are to a paper: the sum of their rarities, lower for words in the keywords only. */
const score = sql`
  select sum(t.rarity * case when 'A' = any(w.weights) then 1 else 0.6 end) as score
  from unnest(c.topic) w join terms t on t.lexeme = w.lexeme`;

/**
 * Papers that share title words or keywords with each of `paperIds`, most similar first, with a paper reader's columns;
 * two shared words beat one, and withdrawn papers are left out. The number compared is bounded, so a large table takes no longer than a small one.
 */
export function relatedPapers(columns: Sql, paperIds: readonly number[], limit: number): Sql {
  return sql`
    with common as materialized (${common}), words as materialized (${words(paperIds)})
    select k.parent::int as parent, near.*
    from unnest(${paperIds}::int[]) with ordinality as k (id, parent)
    cross join lateral (
      with terms as materialized (${terms}), likely as materialized (${likely}), chance as materialized (${chance(limit)}),
      best as materialized (
        select c.id, c.is_likely, s.score
        from (select l.*, true as is_likely from likely l union all select e.*, false from chance e) c
        cross join lateral (${score}) s
        order by c.is_likely desc, s.score desc, c.id
        limit ${limit}::int
      )
      select ${columns}, b.is_likely, b.score from best b join papers p on p.id = b.id
    ) near
    order by k.parent, near.is_likely desc, near.score desc, near."rowId"`.long;
}
