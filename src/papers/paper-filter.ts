import { dayKey } from "../db/keyset";
import { all, join, type Sql, sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { checkText } from "../graphql/text";
import { decodeNodeKey, type NodeType } from "../nodes/node-id";
import { includesWords } from "../spelling/same-words";
import { lacksWords } from "../spelling/stop-words";
import { countRule, keywordsProblem } from "./filter-rules";
import type { PaperFilter } from "./paper-filter.input";

const MAX_IDS = 100;

/**
 * The filter as a condition on few papers `p`, such as those of a feed: on all papers it may be slow. Bad values throw
 * BAD_USER_INPUT, which names the field.
 */
export function matchesFilter(filter: PaperFilter | null | undefined): Sql {
  const condition = matchesStoredFilter(filter);
  checkMatchable(filter);
  return condition;
}

/** The same for a stored filter: an earlier version may have accepted words that match nothing. */
export function matchesStoredFilter(filter: PaperFilter | null | undefined): Sql {
  return conditionOf(
    filter,
    (words) => hasText(sql`p`, computedOnce(words)),
    (words) => sql`not ${hasText(sql`p`, computedOnce(words))}`,
  );
}

/** With more words than this the planner cannot estimate how many papers have one, or none, of them. */
const MAX_WALKED_WORDS = 3;

/**
 * The same for a page of all papers: whether to scan the list in order or to use the index depends on how common the words
 * are, so the statement is planned for them each time; the condition's `planning` says so.
 */
export function matchesFilterOfPage(filter: PaperFilter | null | undefined): Sql {
  const condition = conditionOf(
    filter,
    (words) => hasText(sql`p`, words.length > MAX_WALKED_WORDS ? computedOnce(words) : inSight(words)),
    (words) => (words.length > MAX_WALKED_WORDS ? isNotFound(words) : sql`not ${hasText(sql`p`, inSight(words))}`),
  );
  checkMatchable(filter);
  return filter?.keywords || filter?.excludeKeywords ? condition.planned("anew") : condition;
}

/** The same for counting all papers: words are looked up in the index, so that no text is read. */
export function matchesFilterOfCount(filter: PaperFilter | null | undefined): Sql {
  return conditionOf(filter, (words) => hasText(sql`p`, computedOnce(words)), isNotFound);
}

function isNotFound(words: string[]): Sql {
  return sql`not exists (select from papers x where x.id = p.id and ${hasText(sql`x`, computedOnce(words))})`;
}

type OfWords = (words: string[]) => Sql;

function conditionOf(filter: PaperFilter | null | undefined, hasWords: OfWords, lacksWords: OfWords): Sql {
  const conditions: Sql[] = [];
  const add = <T>(value: T | null | undefined, condition: (value: T) => Sql) => {
    if (value !== null && value !== undefined) conditions.push(condition(value));
  };
  if (!filter) return all([]);
  add(filter.keywords, (words) => hasWords(checkKeywords("keywords", words)));
  add(filter.excludeKeywords, (words) => lacksWords(checkKeywords("excludeKeywords", words)));
  add(filter.authorIds, (ids) => hasAuthor(checkIds("authorIds", "Author", ids)));
  add(filter.organizationIds, (ids) => {
    return sql`p.organization_id = any(${checkIds("organizationIds", "Organization", ids)}::int[])`;
  });
  add(filter.minUpvotes, (count) => sql`p.upvote_count >= ${checkCount(count)}::int`);
  add(filter.hasCode, (yes) => (yes ? sql`p.code_url is not null` : sql`p.code_url is null`));
  add(filter.featured, (yes) => (yes ? sql`p.featured_on is not null` : sql`p.featured_on is null`));
  add(checkRange("featured", filter.featuredFrom, filter.featuredTo), featuredWithin);
  add(checkRange("published", filter.publishedFrom, filter.publishedTo), publishedWithin);
  return conditions.length > 0 ? all(conditions).long : all([]);
}

/** Author names (weight B) are excluded, as in the index papers_text_idx. */
function hasText(paper: Sql, query: Sql): Sql {
  return sql`ts_filter(${paper}.search, '{a,c,d}') @@ ${query}`;
}

/** Matches any of the words; computed once, not for each paper. */
function computedOnce(words: string[]): Sql {
  return sql`(
    select coalesce(string_agg('(' || query::text || ')', ' | '), '')::tsquery
    from unnest(${words}::text[]) word, lateral (select phraseto_tsquery('paper_text', searchable(word))) q (query)
    where numnode(query) > 0
  )`;
}

/** Matches any of the words; known to the planner. */
function inSight(words: string[]): Sql {
  const queries = words.map((word) => sql`phraseto_tsquery('paper_text', searchable(${word}))`);
  return sql`(${join(queries, " || ", sql`''::tsquery`)})`;
}

function hasAuthor(ids: number[]): Sql {
  return sql`exists (select from authorships s where s.paper_id = p.id and s.author_id = any(${ids}::int[]))`;
}

interface DayRange {
  from: string;
  to: string;
}

function featuredWithin({ from, to }: DayRange): Sql {
  return sql`exists (
    select from feed_entries f where f.paper_id = p.id and f.day between ${from}::date and ${to}::date
  )`;
}

function publishedWithin({ from, to }: DayRange): Sql {
  // The indexed expression, in which an unknown day comes before all others.
  return sql`(p.published_on is not null and ${dayKey(sql`p.published_on`)} between ${from}::date and ${to}::date)`;
}

function checkRange(name: string, from?: string | null, to?: string | null): DayRange | null {
  if (!from && !to) return null;
  if (from && to && from > to) {
    throw badUserInput(`filter.${name}From`, `${name}From (${from}) must not be after ${name}To (${to}).`);
  }
  return { from: from ?? "-infinity", to: to ?? "infinity" };
}

function checkKeywords(name: string, words: string[]): string[] {
  const problem = keywordsProblem(name, words);
  if (problem) throw badUserInput(`filter.${name}`, problem);
  for (const word of words) checkText(`filter.${name}`, word);
  return words;
}

/** Refuses what no paper can match, be it a word or conditions together: a reader would wait for papers that never come. */
function checkMatchable(filter: PaperFilter | null | undefined): void {
  checkContradictions(filter);
  for (const name of ["keywords", "excludeKeywords"] as const) {
    for (const word of filter?.[name] ?? []) {
      const lack = lacksWords(word);
      if (!lack) continue;
      const why = lack === "no word" ? "no word to search for" : "only words too common to search for";
      throw badUserInput(`filter.${name}`, `"${word}" holds ${why}.`);
    }
  }
}

function checkContradictions(filter: PaperFilter | null | undefined): void {
  const day = filter?.featuredFrom ? "featuredFrom" : filter?.featuredTo ? "featuredTo" : null;
  if (filter?.featured === false && day) {
    throw badUserInput(
      `filter.${day}`,
      `No paper can match: featured is false, and ${day} asks for papers that were featured. Leave out one of them.`,
    );
  }
  const excluded = (filter?.keywords ?? []).map((word) => {
    return { word, by: filter?.excludeKeywords?.find((unwanted) => includesWords(word, unwanted)) };
  });
  const [first] = excluded;
  if (!first || excluded.some(({ by }) => by === undefined)) return;
  const why = excluded.length > 1 ? "all keywords are left out again, as" : "the only keyword is left out again:";
  throw badUserInput(
    "filter.excludeKeywords",
    `No paper can match: ${why} "${first.word}" by "${first.by}". Remove words from one of the two lists.`,
  );
}

function checkIds(name: string, type: NodeType, ids: string[]): number[] {
  if (ids.length > MAX_IDS) {
    throw badUserInput(`filter.${name}`, `${name} takes at most ${MAX_IDS} ids, not ${ids.length}.`);
  }
  return ids.map((id, i) => {
    const key = decodeNodeKey(type, id);
    if (key === null) throw badUserInput(`filter.${name}.${i}`, `${name}[${i}] is not the id of an ${type}.`);
    return key;
  });
}

function checkCount(count: number): number {
  if (count < 0) throw badUserInput("filter.minUpvotes", countRule("minUpvotes"));
  return count;
}
