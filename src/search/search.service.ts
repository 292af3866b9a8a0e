import type { Db } from "../db/database";
import type { Keyed, Order, Slice } from "../db/keyset";
import { constant, type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperReader } from "../papers/paper-reader";
import { bestMatches, LARGE, MAX_RANKED, top } from "./candidates";
import { type Correction, similarMatches } from "./misspelt-search";
import { rank, wantedIn } from "./rank";
import type { SearchArm } from "./search-mode";
import { wordsOf } from "./words";

/** In characters. */
export const MAX_QUERY_LENGTH = 300;

/**
 * How papers match. REFERENCE: the paper that the query names. TEXT: full-text matches. MANY: the same, but perhaps too many
 * to rank all. FUZZY: no full-text match, so similarly spelt words. NONE: no word to search for.
 */
export type Matching = "REFERENCE" | "TEXT" | "MANY" | "FUZZY" | "NONE";

export interface FoundPaper extends Paper {
  key0: number;
  searchedFor: string;
  /** How well it matches, where `key0` is something else. */
  score?: number;
  /** By its words when not set. */
  foundBy?: SearchArm[];
}

// The planner does not know this value, so it always uses the index; for known common words it would read the table.
const words = sql`(select words from query)`;

/**
 * Whether the words are common: the most upvoted papers tell, so that not all matches have to be counted. If two of twenty
 * have the words, about a tenth of all has. In tables that are not large no words count as common, since the index finds a
 * tenth of them in a few milliseconds.
 */
const areCommon = (maxRanked: number) => sql`(
  (select c.reltuples > ${constant(LARGE * maxRanked)} from pg_class c where c.oid = 'papers'::regclass)
  and (select count(*) filter (where p.search @@ ${words}) >= 2 from ${top(20)})
)`;

/** The papers with the words unless these are common, up to one too many to rank, which tells that there are too many. */
const boundedMatches = (maxRanked: number) => sql`(
  select p.* from papers p where p.search @@ ${words} and not ${areCommon(maxRanked)} limit ${constant(maxRanked + 1)}
)`;

/**
 * How to go on with a query of which `findFirst` finds nothing: by its words if any paper has them, within the filter or not,
 * and perhaps very many; by the typo fallback; or not at all where all are stop words. Matches are numbered instead of limited:
 * with a limit the planner expects to meet one soon, and reads the whole table when there is none.
 */
export async function chooseMatching(db: Db, query: string, maxRanked = MAX_RANKED): Promise<Matching> {
  const [row] = await db.query<{ matching: Matching }>(
    sql`
    with query as materialized (
      select ${wordsOf(query)} as words
    ), matches as (
      select row_number() over () as n from papers p where p.search @@ ${words}
    )
    select case
      when numnode(${words}) = 0 then 'NONE'
      when ${areCommon(maxRanked)} or (select count(*) from matches where n <= 1) > 0 then 'MANY'
      else 'FUZZY'
    end as matching`.long.planned("once"),
  );
  return row!.matching;
}

const scores: Partial<Record<Matching, Sql>> = { REFERENCE: sql`1::float8`, FUZZY: sql`m.score` };

/** Best match first, then upvotes, then id. */
export function searchOrder(matching: Matching): Order {
  const score = scores[matching] ?? rank;
  return {
    name: `SEARCH ${matching}`,
    keys: [
      { column: score, kind: "float" },
      { column: sql`p.upvote_count`, kind: "int" },
      { column: sql`p.id`, kind: "int" },
    ],
    direction: "desc",
  };
}

/** What to search for, how, and among which papers. */
export interface Search {
  matching: Matching;
  query: string;
  condition: Sql;
  /** With REFERENCE, the id of the paper; null when it is not there any more. */
  named?: number | null;
  /** With FUZZY, what is searched for instead; null when nothing is spelt alike. */
  correction?: Correction | null;
  maxRanked?: number;
}

function findsNothing({ matching, correction }: Search): boolean {
  return matching === "NONE" || (matching === "FUZZY" && !correction);
}

export async function findPapers(papers: PaperReader, search: Search, slice: Slice): Promise<Keyed<FoundPaper>[]> {
  if (findsNothing(search)) return [];
  const statement = sql`
    select ${papers.columns}, ${search.query}::text as "searchedFor", ${slice.keyColumns}
    from ${matches(search)} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`.long;
  return papers.query(search.matching === "MANY" ? statement.planned("anew") : statement);
}

/**
 * The first page of papers with the words. Empty also when the words are common, or more papers have them (the filter
 * aside) than can be ranked: then `chooseMatching` decides how to continue.
 */
export function findFirst(
  papers: PaperReader,
  { query, condition, maxRanked = MAX_RANKED }: Omit<Search, "matching">,
  slice: Slice,
): Promise<Keyed<FoundPaper>[]> {
  const statement = sql`
    with query as materialized (select ${wordsOf(query)} as words)
    select ${papers.columns}, ${query}::text as "searchedFor", ${slice.keyColumns}
    from ${wantedIn(words)} w, (
      select f.*, (count(*) over ())::int as matches from ${boundedMatches(maxRanked)} f
    ) p
    where p.matches <= ${maxRanked}::int and ${condition} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`.long;
  return papers.query(statement.planned("once"));
}

export async function countFound(db: Db, search: Search): Promise<number> {
  if (findsNothing(search)) return 0;
  const isBounded = search.matching === "MANY" || search.matching === "FUZZY";
  const found = isBounded ? sql`${candidates(search)} b` : matches(search);
  const statement = sql`select count(*)::int as count from ${found}`.long;
  const [row] = await db.query<{ count: number }>(search.matching === "MANY" ? statement.planned("anew") : statement);
  return row!.count;
}

/** The `from` clause of papers `p` and a condition, to which more may be added. */
function matches(search: Search): Sql {
  const { matching, query, condition, named, correction } = search;
  if (matching === "REFERENCE") return sql`papers p where p.id = ${named}::int and ${condition}`;
  if (matching === "TEXT") return sql`${textMatches(query)} and ${condition}`;
  // One lookup each: otherwise the planner would read a small table whole.
  const lookUp = (at: Sql) =>
    sql`${candidates(search)} b cross join lateral (select * from papers where ${at} limit 1) p`;
  return matching === "MANY"
    ? sql`${lookUp(sql`ctid = b.place`)}, ${wantedIn(wordsOf(query))} w where true`
    : sql`${lookUp(sql`id = b.id`)} cross join lateral ${likeness(correction!.text)} m where true`;
}

/** The ids of the papers to compare, where their number is limited. */
function candidates({ matching, query, condition, correction, maxRanked = MAX_RANKED }: Search): Sql {
  return matching === "FUZZY" ? similarMatches(correction!, condition) : bestMatches(query, condition, maxRanked);
}

function textMatches(query: string): Sql {
  return sql`
    ${wordsOf(query)} m (query), ${wantedIn(wordsOf(query))} w, papers p
    where p.search @@ m.query`;
}

/** How similar the text is to a part of the paper's title, or to the name that found it. `offset`: computed once. */
function likeness(text: string): Sql {
  return sql`(
    select greatest(word_similarity((select fold(${text})), fold(p.title)), b.likeness)::float8 as score offset 0
  )`;
}
