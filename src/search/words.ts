import { type Sql, sql } from "../db/sql";
import { isStopWord } from "../spelling/stop-words";

/** A minus sign followed by another, with nothing to exclude between them. */
const REPEATED_MINUS = /-(?=[^\p{L}\p{N}"]*-)/gu;

/** A number after an excluding minus sign. It is quoted, so that the sign is not read as part of the number. */
const EXCLUDED_NUMBER = /(?<!\S)-([+-]?\.?\d[^\s"]*)/g;

const QUOTES = /[“”„‟«»″＂]/g;

/** A word, a space and a number: "GPT 4", but not a year, nor after an excluded or ignored word, nor "7 B". */
const NUMBERED =
  /(?<![^\s("])((?:[\p{L}\p{N}][^\s"]*[^\s"\p{L}\p{M}])?([\p{L}\p{M}]{2,}))\s+(?=(\d+(?:\.\d+)*)(?![^\s"),;:?!]|\s[bdhkmBDHKM](?![\p{L}\p{N}-])))/gu;
const YEAR = /^(?:19|20)\d\d$/;

/** The query with all quotation marks as PostgreSQL knows them. */
function withPlainQuotes(query: string): string {
  return query.replace(QUOTES, '"');
}

/**
 * The query as a tsquery: its words pass through `searchable`, as the texts do. "GPT 4" is a phrase like GPT-4. Of several
 * minus signs in a row one counts: with more than 32 PostgreSQL would fail.
 */
export function wordsOf(query: string): Sql {
  const read = withPlainQuotes(query)
    .replace(NUMBERED, (all, words: string, last: string, number: string) =>
      isStopWord(last) || YEAR.test(number) ? all : `${words}-`,
    )
    .replace(EXCLUDED_NUMBER, '-"$1"')
    .replace(REPEATED_MINUS, "");
  return sql`websearch_to_tsquery('paper_text', searchable(${read}))`;
}

/** A minus sign at the start of a word or alone, with the word or quotation that it excludes, as PostgreSQL reads it. */
const EXCLUDED = /(?<!\S)-+\s*("[^"]*"?|\S*)/g;

/** A query without what it excludes, and the condition on papers `p` that they have nothing of that. */
export function withoutExcluded(query: string): { wanted: string; condition: Sql } {
  const plain = withPlainQuotes(query);
  const excluded = plain.match(EXCLUDED)?.join(" ");
  return {
    wanted: plain.replace(EXCLUDED, " "),
    condition: excluded ? isWithout(sql`(select ${wordsOf(excluded)})`) : sql`true`,
  };
}

/** A query without words, such as a lone minus sign or one before a stop word, would match nothing. */
function isWithout(excluded: Sql): Sql {
  return sql`(numnode(${excluded}) = 0 or p.search @@ ${excluded})`;
}

/** The words of a paper's title and keywords, as in the index papers_topic_idx. */
export function topicOf(paper: Sql): Sql {
  return sql`ts_filter(${paper}.search, '{a,c}')`;
}
