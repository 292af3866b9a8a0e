import { dayKey } from "../db/keyset";
import { all, join, type Sql, sql } from "../db/sql";
import { badUserInput } from "../errors";
import { decodeNodeKey, type NodeType } from "../nodes/node-id";
import { checkText } from "../text";
import type { PaperFilter } from "./paper-filter.input";

const MAX_KEYWORDS = 20;
const MAX_KEYWORD_LENGTH = 100;
const MAX_IDS = 100;

/**
 * The filter as a condition on few papers `p`, as those of a feed; it may take long to find some. Bad values are
 * BAD_USER_INPUT naming the field.
 */
export function matchesFilter(filter: PaperFilter | null | undefined): Sql {
  return conditionOf(
    filter,
    (words) => hasText(sql`p`, computedOnce(words)),
    (words) => sql`not ${hasText(sql`p`, computedOnce(words))}`,
  );
}

/** With more words than that the planner knows no more how many papers it will meet that have one, or none, of them. */
const MAX_WALKED_WORDS = 3;

/**
 * The same for a page of all papers: whether to walk down the list or to take the index depends on how common the words
 * are, so its statement has to be planned for them, as the condition's own `planning` says.
 */
export function matchesFilterOfPage(filter: PaperFilter | null | undefined): Sql {
  const condition = conditionOf(
    filter,
    (words) => hasText(sql`p`, words.length > MAX_WALKED_WORDS ? computedOnce(words) : inSight(words)),
    (words) => (words.length > MAX_WALKED_WORDS ? isNotFound(words) : sql`not ${hasText(sql`p`, inSight(words))}`),
  );
  return filter?.keywords || filter?.excludeKeywords ? condition.planned("anew") : condition;
}

/** The same to count all papers: their words are looked for in the index, so that no text is read. */
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

/** Author names (weight B) are left out, as in the index papers_text_idx. */
function hasText(paper: Sql, query: Sql): Sql {
  return sql`ts_filter(${paper}.search, '{a,c,d}') @@ ${query}`;
}

/** Any of the words: once, not for each paper. */
function computedOnce(words: string[]): Sql {
  return sql`(
    select coalesce(string_agg('(' || query::text || ')', ' | '), '')::tsquery
    from unnest(${words}::text[]) word, lateral (select phraseto_tsquery('paper_text', word)) q (query)
    where numnode(query) > 0
  )`;
}

/** Any of the words: known to the planner before it plans. */
function inSight(words: string[]): Sql {
  const queries = words.map((word) => sql`phraseto_tsquery('paper_text', ${word})`);
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
  // By the expression that is indexed, in which an unknown day is one before all others.
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
  if (words.length > MAX_KEYWORDS) {
    throw badUserInput(
      `filter.${name}`,
      `${name} takes at most ${MAX_KEYWORDS} words or phrases, not ${words.length}.`,
    );
  }
  if (words.some((word) => word.trim() === "" || word.length > MAX_KEYWORD_LENGTH)) {
    throw badUserInput(`filter.${name}`, `Each of ${name} must have 1 to ${MAX_KEYWORD_LENGTH} characters.`);
  }
  for (const word of words) checkText(`filter.${name}`, word);
  return words;
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
  if (count < 0) throw badUserInput("filter.minUpvotes", `minUpvotes must be 0 or more, not ${count}.`);
  return count;
}
