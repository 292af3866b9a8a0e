import { type Sql, sql } from "../db/sql";
import { paperColumns } from "../papers/paper.service";

/** A word that more papers contain than this part of all, and than this number, does not tell what a paper is about. */
const MAX_FREQUENCY = 0.1;
const COMMON_COUNT = 50;
const MAX_TERMS = 16;
/** Assumed for words that are too rare to be in PostgreSQL's statistics. */
const RARE = 0.0005;

/**
 * Papers that share distinctive words of the title or the keywords with each of `paperIds`, nearest first: the sum of
 * the shared words' inverse document frequencies (Spärck Jones 1972), taken from PostgreSQL's own statistics.
 */
export function relatedPapers(paperIds: readonly number[], limit: number): Sql {
  return sql`
    with common as materialized (
      select c.lexeme, c.frequency
      from pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) c (lexeme, frequency)
      where s.schemaname = current_schema() and s.tablename = 'papers' and s.attname = 'search'
    )
    select k.parent::int as parent, near.*
    from unnest(${paperIds}::int[]) with ordinality as k (id, parent)
    cross join lateral (
      select ${paperColumns}, scored.score
      from (
        select o.id, sum(ln(1 / t.frequency)) as score
        from (
          select w.lexeme, coalesce(common.frequency, ${RARE}::float8) as frequency
          from papers source, unnest(source.search) w
          left join common on common.lexeme = w.lexeme
          where source.id = k.id and w.weights && '{A,C}' and coalesce(common.frequency, 0) <= (
            select greatest(${MAX_FREQUENCY}::float8, ${COMMON_COUNT}::float8 / greatest(c.reltuples, 1))
            from pg_class c where c.oid = 'papers'::regclass
          )
          order by frequency, w.lexeme
          limit ${MAX_TERMS}::int
        ) t
        join papers o on o.search @@ to_tsquery('simple', quote_literal(t.lexeme)) and o.id <> k.id
        group by o.id
        order by score desc, o.id
        limit ${limit}::int
      ) scored
      join papers p on p.id = scored.id
    ) near
    order by k.parent, near.score desc, near.id`;
}
