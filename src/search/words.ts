import { type Sql, sql } from "../db/sql";

/** A minus sign with another one behind it, nothing that could be excluded between them. */
const REPEATED_MINUS = /-(?=[^\p{L}\p{N}"]*-)/gu;

/** Signs by which PostgreSQL's parser would read a plain text as HTML; `paper_search` has spaces for them, too. */
export const HTML_SIGNS = "<>&";
/** The stroke of `</` would begin a path. */
const SIGNS = /<\/|[<>&]/g;
const EXCLUDED_SIGNS = /-(?:<\/|[<>&])+/g;

/**
 * A search as PostgreSQL reads it. It is plain text, as what is searched. Of several minus signs in a row one counts:
 * beyond 32 PostgreSQL would fail.
 */
export function wordsOf(query: string): Sql {
  const plain = query.replace(EXCLUDED_SIGNS, "-").replace(SIGNS, " ").replace(REPEATED_MINUS, "");
  return sql`websearch_to_tsquery('paper_text', ${plain})`;
}

/** The words of a paper's title and keywords, as the index papers_topic_idx has them. */
export function topicOf(paper: Sql): Sql {
  return sql`ts_filter(${paper}.search, '{a,c}')`;
}
