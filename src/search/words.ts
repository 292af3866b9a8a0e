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

/**
 * Minus signs where a word may begin, with the word or quotation that they exclude; or a quotation, within which they exclude
 * nothing. As PostgreSQL reads them: a word may also begin right behind a quotation, and behind the signs that it ignores.
 */
const EXCLUDED_OR_QUOTED = /(?<=^|[\s"!&|()])-[-\s!&|()]*(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"!&|()]*))|"[^"]*"?/g;

/** A query in its parts. */
interface Excluding {
  excludes: boolean;
  /** What is left without what it excludes. */
  wanted: string;
  /** A condition on papers `p`, of which there are few, that they have nothing of what is excluded. */
  condition: Sql;
  /** The same on all papers, of which the index finds those that have it. */
  conditionOfAll: Sql;
}

/** A query without what it excludes, and that as conditions. */
export function withoutExcluded(query: string): Excluding {
  const excluded: string[] = [];
  const wanted = withPlainQuotes(query).replace(EXCLUDED_OR_QUOTED, (part, phrase?: string, word?: string) => {
    if (phrase === undefined && word === undefined) return part;
    excluded.push(`"${phrase ?? word}"`);
    return " ";
  });
  if (excluded.length === 0) return { wanted, excludes: false, condition: sql`true`, conditionOfAll: sql`true` };
  const any = sql`(select ${wordsOf(excluded.join(" or "))})`;
  return {
    wanted,
    excludes: true,
    condition: sql`not p.search @@ ${any}`,
    conditionOfAll: sql`not exists (select from papers x where x.id = p.id and x.search @@ ${any})`,
  };
}

/** The words of a paper's title and keywords, as in the index papers_topic_idx. */
export function topicOf(paper: Sql): Sql {
  return sql`ts_filter(${paper}.search, '{a,c}')`;
}
