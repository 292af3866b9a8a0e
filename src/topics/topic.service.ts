import type { Db } from "../db/database";
import type { Order } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { allOf, findSimilarWords, isStopWord } from "../spelling/similar-words";
import { Topic } from "./topic.entity";

export const topicColumns: Sql = nodeColumnsOf("Topic", Topic, "t");

/** Most topics that are compared with a name: of those with its words, the one that it is a spelling of and the ones with most papers. */
export const MAX_COMPARED = 1000;

/** Topics in a list: those with papers. */
export interface ListedTopics {
  order: Order;
  /** The relation of topics `t`, which ends with a condition. */
  from: Sql;
}

const mostPapers = [
  { column: sql`t.paper_count`, kind: "int" },
  { column: sql`t.id`, kind: "int" },
] as const;

/** Those with most papers first. */
export const allTopics: ListedTopics = {
  order: { name: "PAPERS", keys: mostPapers, direction: "desc" },
  from: sql`topics t where t.paper_count > 0`,
};

/** How alike a name and a label are is told in tenths, so that of topics that are about as alike the usual one comes first. */
const TENTHS = 10;

/** Names of languages, of which words leave "C": all topics with a word that begins with C are no answers. */
const SIGNED = /[a-z](?:\+\+|#)/i;

/**
 * Topics with the words of a name, or words that begin with them or are spelt alike, best first: the one that the name is a
 * spelling of, then by word_similarity (pg_trgm), then those with most papers.
 */
export async function topicsNamed(db: Db, name: string): Promise<ListedTopics> {
  const isSigned = SIGNED.test(name.normalize("NFKC"));
  const similar = isSigned
    ? []
    : await findSimilarWords(db, name, {
        ignored: isStopWord,
        compared: sql`not q.is_known`,
        compareWhole: sql`false`,
      });
  const beginnings = sql`(
    select coalesce(string_agg(quote_literal(w.lexeme) || ':*', ' & '), '')::tsquery
    from unnest(to_tsvector('paper_text', searchable(${name}))) w)`;
  // As typed: the beginning of a word has another stem, or none.
  const typed = sql`(
    select coalesce(string_agg(quote_literal(w.lexeme) || ':*', ' & '), '')::tsquery
    from unnest(words_of(${isSigned ? "" : name})) w)`;
  // Subqueries are computed once, not for each topic.
  const [folded, key] = [sql`(select fold(${name}))`, sql`(select topic_key(${name}))`];
  const alike = sql`(
    word_similarity(${folded}, fold(t.label)) * ${TENTHS}::int + case when t.key = ${key} then ${TENTHS}::int else 0 end
  )::int`;
  return {
    order: { name: "LIKENESS", keys: [{ column: sql`t.alike`, kind: "int" }, ...mostPapers], direction: "desc" },
    from: sql`(
      select t.*, ${alike} as alike
      from (
        select t.* from topics t
        where t.paper_count > 0 and t.id in (
          select id from topics where words @@ (${beginnings} || ${allOf(similar, "inText")}::tsquery)
          union
          select topic_id from topic_spellings where paper_count > 0 and words_of(spelling) @@ ${typed}
        )
        order by t.key = ${key} desc, t.paper_count desc, t.id desc
        limit ${MAX_COMPARED}::int
      ) t
    ) t where true`.long,
  };
}
