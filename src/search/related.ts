import { type Sql, sql } from "../db/sql";

/** A word that more papers than these have in title or keywords leads to too many of them, and says little. */
const MAX_PAPERS = 2000;
const MAX_TERMS = 32;
/** Papers that are compared word by word. */
const MAX_CANDIDATES = 50;
/** Assumed for words that are too rare to be in PostgreSQL's statistics. */
const RARE = 0.0005;

/** The words of a paper's title and keywords, as the index papers_topic_idx has them. */
const topicOf = (paper: Sql): Sql => sql`ts_filter(${paper}.search, '{a,c}')`;

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

/** Papers that have some of the terms in title or keywords; a single one may be there by chance. */
const candidates = sql`
  select o.id, count(*) > 1 as is_likely
  from (select array_to_tsvector(array[lexeme])::text::tsquery as query, rarity from terms) t
  join papers o on ${topicOf(sql`o`)} @@ t.query and o.id <> k.id
  group by o.id
  order by is_likely desc, sum(t.rarity) desc, o.id
  limit ${MAX_CANDIDATES}::int`;

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
      with terms as materialized (${terms}), candidates as materialized (${candidates})
      select ${columns}, c.is_likely, s.score
      from candidates c join papers p on p.id = c.id cross join lateral (${score}) s
      order by c.is_likely desc, s.score desc, p.id
      limit ${limit}::int
    ) near
    order by k.parent, near.is_likely desc, near.score desc, near.id`;
}
