import { dayKey } from "../db/keyset";
import { all, join, type Sql, sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { checkText } from "../graphql/text";
import { decodeIds } from "../nodes/decode-ids";
import type { NodeType } from "../nodes/node-id";
import { checkCategories, hasCategory, lacksCategory } from "./category-filter";
import { checkMatchable } from "./check-matchable";
import { countRule, keywordsProblem } from "./filter-rules";
import type { PaperFilter } from "./paper-filter.input";
import { decodePaperIds } from "./paper-ids";
import type { ResolvedFilter } from "./resolved-filter";

/** Of authors, and of organizations. */
export const MAX_IDS = 100;
const MAX_NEAR = 20;

/**
 * The filter as a condition on few papers `p`, such as those of a feed: on all papers it may be slow. Bad values throw
 * BAD_USER_INPUT, which names the field.
 */
export function matchesFilter(resolved: ResolvedFilter | null): Sql {
  const condition = matchesStoredFilter(resolved);
  checkMatchable(resolved?.filter);
  return condition;
}

/** Throws what is wrong with a filter, as its conditions would: BAD_USER_INPUT, which names the field. */
export function checkFilter(filter: PaperFilter | null | undefined): void {
  if (filter?.near) checkNear(filter.near);
  matchesFilter(filter ? { filter, near: [] } : null);
}

/** The same for a stored filter: an earlier version may have accepted words that match nothing. */
export function matchesStoredFilter(resolved: ResolvedFilter | null): Sql {
  return conditionOf(resolved, {
    hasText: (words) => hasText(sql`p`, computedOnce(words)),
    lacksText: (words) => sql`not ${hasText(sql`p`, computedOnce(words))}`,
  });
}

/**
 * The same for one of many filters on few papers: the planner computes the words, which takes a fifth of what subqueries do.
 * Plan the statement anew.
 */
export function matchesOneOfManyFilters(resolved: ResolvedFilter | null): Sql {
  return conditionOf(resolved, {
    hasText: (words) => hasText(sql`p`, inSight(words)),
    lacksText: (words) => sql`not ${hasText(sql`p`, inSight(words))}`,
  });
}

/** With more words than this the planner cannot estimate how many papers have one, or none, of them. */
const MAX_WALKED_WORDS = 3;

/**
 * The same for a page of all papers: whether to scan the list in order or to use an index depends on how common the words and
 * categories are, so the statement is planned for them each time; the condition's `planning` says so.
 */
export function matchesFilterOfPage(resolved: ResolvedFilter | null): Sql {
  const condition = conditionOf(resolved, {
    hasText: (words) => hasText(sql`p`, words.length > MAX_WALKED_WORDS ? computedOnce(words) : inSight(words)),
    lacksText: (words) =>
      words.length > MAX_WALKED_WORDS ? lacksText(words) : sql`not ${hasText(sql`p`, inSight(words))}`,
  });
  checkMatchable(resolved?.filter);
  const { keywords, excludeKeywords, categories, excludeCategories, near } = resolved?.filter ?? {};
  return (keywords ?? excludeKeywords ?? categories ?? excludeCategories ?? near)
    ? condition.planned("anew")
    : condition;
}

/** The same for counting all papers: words and wanted categories are looked up in their indexes, so that no text is read. */
export function matchesFilterOfCount(resolved: ResolvedFilter | null): Sql {
  return conditionOf(resolved, {
    hasText: (words) => hasText(sql`p`, computedOnce(words)),
    lacksText,
  });
}

/** Whether a paper is not among those `x` that an index finds. */
function lacksText(words: string[]): Sql {
  return sql`not exists (select from papers x where x.id = p.id and ${hasText(sql`x`, computedOnce(words))})`;
}

/** How to look for what an index has; it depends on how many papers the condition is for. */
interface Lookups {
  hasText: (words: string[]) => Sql;
  lacksText: (words: string[]) => Sql;
}

function conditionOf(resolved: ResolvedFilter | null, lookups: Lookups): Sql {
  const conditions: Sql[] = [];
  const add = <T>(value: T | null | undefined, condition: (value: T) => Sql) => {
    if (value !== null && value !== undefined) conditions.push(condition(value));
  };
  if (!resolved) return all([]);
  const { filter, near } = resolved;
  add(filter.keywords, (words) => lookups.hasText(checkKeywords("keywords", words)));
  add(filter.excludeKeywords, (words) => lookups.lacksText(checkKeywords("excludeKeywords", words)));
  add(filter.categories, (given) => hasCategory(sql`p`, checkCategories("categories", given)));
  add(filter.excludeCategories, (given) => lacksCategory(sql`p`, checkCategories("excludeCategories", given)));
  add(filter.authorIds, (ids) => hasAuthor(checkIds("authorIds", "Author", ids)));
  add(filter.organizationIds, (ids) => {
    return sql`p.organization_id = any(${checkIds("organizationIds", "Organization", ids)}::int[])`;
  });
  add(filter.near && near, (ids) => sql`p.id = any(${ids}::int[])`);
  add(filter.minUpvotes, (count) => sql`p.upvote_count >= ${checkCount(count)}::int`);
  add(filter.hasCode, (yes) => (yes ? sql`p.code_url is not null` : sql`p.code_url is null`));
  add(filter.withdrawn, (yes) => (yes ? sql`p.withdrawn_at is not null` : sql`p.withdrawn_at is null`));
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

/** The ids of the papers that others are to be near to; BAD_USER_INPUT names what is none. */
export function checkNear(ids: string[]): number[] {
  checkNumber("near", ids, MAX_NEAR);
  return decodePaperIds("filter.near", ids);
}

function checkIds(name: string, type: NodeType, ids: string[]): number[] {
  checkNumber(name, ids, MAX_IDS);
  return decodeIds(`filter.${name}`, type, ids);
}

function checkNumber(name: string, ids: string[], most: number): void {
  if (ids.length <= most) return;
  throw badUserInput(`filter.${name}`, `${name} takes at most ${most} ids, not ${ids.length}.`);
}

function checkCount(count: number): number {
  if (count < 0) throw badUserInput("filter.minUpvotes", countRule("minUpvotes"));
  return count;
}
