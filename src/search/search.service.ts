import type { Db } from "../db/database";
import type { Keyed, Order, Slice } from "../db/keyset";
import { constant, type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperReader } from "../papers/paper-reader";
import { alikeMatches, type Correction } from "./alike-papers";
import { bestMatches, MAX_RANKED, top } from "./candidates";
import { wordsOf } from "./words";

/**
 * TEXT: full-text matches. MANY: the same, but too many to rank them all. FUZZY: no text matches, so words that
 * are spelt alike. NONE: nothing to look for.
 */
export type SearchMode = "TEXT" | "MANY" | "FUZZY" | "NONE";

export interface FoundPaper extends Paper {
  key0: number;
  searchedFor: string;
}

// A value that the planner does not know: it always takes the index, where it would read the table for common words.
const words = sql`(select words from query)`;

/**
 * The words, and as many papers as can be ranked, and one more, that have them; none where they are common. That is known
 * by the most upvoted papers, so that not all matches have to be counted: where two of twenty have the words, some tenth
 * of all has. Of fewer papers than a hundred times those that can be ranked, the index gives a tenth in a few milliseconds.
 */
const wordsAndWhetherCommon = (query: string, maxRanked: number) => sql`
  query as materialized (select ${wordsOf(query)} as words),
  top as (select p.search from ${top(20)}),
  common as materialized (
    select c.reltuples > 100 * ${constant(maxRanked)} and (select count(*) from top where top.search @@ ${words}) >= 2 as is_so
    from pg_class c where c.oid = 'papers'::regclass
  )`;

const boundedMatches = (maxRanked: number) => sql`(
  select p.* from papers p where p.search @@ ${words} and not (select is_so from common) limit ${constant(maxRanked + 1)}
)`;

/** Whether the words are found as they are, and in how many papers; need the typo fallback; or are only stop words. */
export async function chooseMode(db: Db, query: string, maxRanked = MAX_RANKED): Promise<SearchMode> {
  const [row] = await db.read<{ mode: SearchMode }>(
    sql`
    with ${wordsAndWhetherCommon(query, maxRanked)}, found as materialized (select from ${boundedMatches(maxRanked)} p)
    select case
      when numnode(${words}) = 0 then 'NONE'
      when (select is_so from common) or (select count(*) from found) > ${maxRanked}::int then 'MANY'
      when exists (select from found) then 'TEXT'
      else 'FUZZY'
    end as mode`.long,
  );
  return row!.mode;
}

/** Best match first, then upvotes, then id. */
export function searchOrder(mode: SearchMode): Order {
  const score = mode === "FUZZY" ? sql`m.score` : sql`ts_rank(p.search, w.wanted)::float8`;
  return {
    name: `SEARCH ${mode}`,
    keys: [
      { column: score, kind: "float" },
      { column: sql`p.upvote_count`, kind: "int" },
      { column: sql`p.id`, kind: "int" },
    ],
    direction: "desc",
  };
}

/** What to look for, how, and among which papers. */
export interface Search {
  mode: SearchMode;
  query: string;
  condition: Sql;
  /** In the mode FUZZY, what is looked for instead; null when nothing is spelt alike. */
  correction?: Correction | null;
  maxRanked?: number;
}

function findsNothing({ mode, correction }: Search): boolean {
  return mode === "NONE" || (mode === "FUZZY" && !correction);
}

export async function findPapers(papers: PaperReader, search: Search, slice: Slice): Promise<Keyed<FoundPaper>[]> {
  if (findsNothing(search)) return [];
  const statement = sql`
    select ${papers.columns}, ${search.query}::text as "searchedFor", ${slice.keyColumns}
    from ${matches(search)} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`.long;
  return papers.read(search.mode === "MANY" ? statement.planned("anew") : statement);
}

/**
 * The first page of papers with the words, each with how many there are in all, the filter aside. None where they are
 * common, or more than can be ranked, too: then `chooseMode` tells how to go on.
 */
export function findFirst(
  papers: PaperReader,
  { query, condition, maxRanked = MAX_RANKED }: Omit<Search, "mode">,
  slice: Slice,
): Promise<Keyed<FoundPaper>[]> {
  const statement = sql`
    with ${wordsAndWhetherCommon(query, maxRanked)}
    select ${papers.columns}, ${query}::text as "searchedFor", ${slice.keyColumns}
    from ${wantedWords(query)} w (wanted), (
      select f.*, (count(*) over ())::int as matches from ${boundedMatches(maxRanked)} f
    ) p
    where p.matches <= ${maxRanked}::int and ${condition} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`.long;
  return papers.read(statement.planned("once"));
}

export async function countFound(db: Db, search: Search): Promise<number> {
  if (findsNothing(search)) return 0;
  const found = search.mode === "TEXT" ? matches(search) : sql`${listed(search)} b`;
  const statement = sql`select count(*)::int as count from ${found}`.long;
  const [row] = await db.read<{ count: number }>(search.mode === "MANY" ? statement.planned("anew") : statement);
  return row!.count;
}

/** Where the papers `p` come from, up to a condition that more may be added to. */
function matches(search: Search): Sql {
  const { mode, query, condition, correction } = search;
  if (mode === "TEXT") return sql`${textMatches(query)} and ${condition}`;
  const judged = mode === "FUZZY" ? sql`${likeness(correction!.text)} m` : sql`${wantedWords(query)} w (wanted)`;
  // One by one, or the planner would rather read all of a table that is not large.
  return sql`
    ${listed(search)} b
    cross join lateral (select * from papers where id = b.id limit 1) p
    cross join lateral ${judged}
    where true`;
}

/** The ids of the papers that are compared, in the modes that bound them. */
function listed({ mode, query, condition, correction, maxRanked = MAX_RANKED }: Search): Sql {
  return mode === "FUZZY" ? alikeMatches(correction!, condition) : bestMatches(query, condition, maxRanked);
}

// ts_rank's default weights put title (A) 1.0 > authors (B) 0.4 > keywords (C) 0.2 > abstract (D) 0.1.
function textMatches(query: string): Sql {
  return sql`
    ${wordsOf(query)} m (query), ${wantedWords(query)} w (wanted), papers p
    where p.search @@ m.query`;
}

/**
 * The query without what it excludes, which ts_rank would miss in every match. Each alternative for itself: querytree
 * makes a bare T of one that only excludes, and of all when there is one.
 */
function wantedWords(query: string): Sql {
  return sql`(
    select coalesce(string_agg(nullif(querytree(alternative::tsquery), 'T'), ' | '), '')::tsquery
    from string_to_table(${wordsOf(query)}::text, ' | ') alternative
  )`;
}

/** How much of the text a part of the paper's title is like, or of a name by which it was found. `offset`: computed once. */
function likeness(text: string): Sql {
  return sql`(
    select greatest(word_similarity((select fold(${text})), fold(p.title)), b.likeness)::float8 as score offset 0
  )`;
}
