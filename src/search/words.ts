import { type Sql, sql } from "../db/sql";

/** A minus sign with another one behind it, nothing that could be excluded between them. */
const REPEATED_MINUS = /-(?=[^\p{L}\p{N}"]*-)/gu;

/** A search as PostgreSQL reads it. Of several minus signs in a row one counts: beyond 32 PostgreSQL would fail. */
export function wordsOf(query: string): Sql {
  return sql`websearch_to_tsquery('paper_text', ${query.replace(REPEATED_MINUS, "")})`;
}

/** The words of a paper's title and keywords, as the index papers_topic_idx has them. */
export function topicOf(paper: Sql): Sql {
  return sql`ts_filter(${paper}.search, '{a,c}')`;
}
