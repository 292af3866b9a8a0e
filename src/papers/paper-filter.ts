import { dayKey } from "../db/keyset";
import { all, type Sql, sql } from "../db/sql";
import { badUserInput } from "../errors";
import { decodeNodeKey, type NodeType } from "../nodes/node-id";
import { checkText } from "../text";
import type { PaperFilter } from "./paper-filter.input";

const MAX_KEYWORDS = 20;
const MAX_KEYWORD_LENGTH = 100;
const MAX_IDS = 100;

/**
 * The filter as a condition on papers `p`, which may take long to find some. Bad values are BAD_USER_INPUT naming the field.
 */
export function matchesFilter(filter: PaperFilter | null | undefined): Sql {
  const conditions: Sql[] = [];
  const add = <T>(value: T | null | undefined, condition: (value: T) => Sql) => {
    if (value !== null && value !== undefined) conditions.push(condition(value));
  };
  if (!filter) return all([]);
  add(filter.keywords, (words) => matchesText(checkKeywords("keywords", words)));
  add(filter.excludeKeywords, (words) => sql`not ${matchesText(checkKeywords("excludeKeywords", words))}`);
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

// The index finds candidates by the whole text; author names (weight B) are then left out of the match.
function matchesText(words: string[]): Sql {
  const queries = sql`any(array(select phraseto_tsquery('paper_text', word) from unnest(${words}::text[]) word))`;
  return sql`(p.search @@ ${queries} and ts_filter(p.search, '{a,c,d}') @@ ${queries})`;
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
