import type { Db } from "../db/database";
import type { Keyed, Order, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperReader } from "../papers/paper-reader";
import { wordsOf } from "./words";

/** TEXT: full-text matches. FUZZY: no text matches, so names and titles that are spelt alike. NONE: nothing to look for. */
export type SearchMode = "TEXT" | "FUZZY" | "NONE";

export interface FoundPaper extends Paper {
  key0: number;
  searchedFor: string;
}

/** Whether the words are found as they are, need the typo fallback, or are only stop words. */
export async function chooseMode(db: Db, query: string): Promise<SearchMode> {
  const words = wordsOf(query);
  // Materialized, or the planner hopes to meet a match soon and reads the whole table when there is none.
  const [row] = await db.read<{ mode: SearchMode }>(sql`
    with found as materialized (select from papers p where p.search @@ ${words})
    select case
      when numnode(${words}) = 0 then 'NONE'
      when exists (select from found) then 'TEXT'
      else 'FUZZY'
    end as mode`);
  return row!.mode;
}

/** Best match first, then upvotes, then id. */
export function searchOrder(mode: SearchMode): Order {
  const score = mode === "TEXT" ? sql`ts_rank(p.search, w.wanted)::float8` : sql`m.score`;
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

export function findPapers(
  papers: PaperReader,
  mode: SearchMode,
  query: string,
  condition: Sql,
  slice: Slice,
): Promise<Keyed<FoundPaper>[]> {
  if (mode === "NONE") return Promise.resolve([]);
  return papers.read(sql`
    select ${papers.columns}, ${query}::text as "searchedFor", ${slice.keyColumns}
    from ${matches(mode, query)} and ${condition} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`);
}

export async function countFound(db: Db, mode: SearchMode, query: string, condition: Sql): Promise<number> {
  if (mode === "NONE") return 0;
  const [row] = await db.read<{ count: number }>(
    sql`select count(*)::int as count from ${matches(mode, query)} and ${condition}`,
  );
  return row!.count;
}

function matches(mode: SearchMode, query: string): Sql {
  return mode === "TEXT" ? textMatches(query) : alikeMatches(query);
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

function alikeMatches(query: string): Sql {
  return sql`(
      select found.paper_id, max(found.score)::float8 as score
      from (
        select t.id as paper_id, word_similarity(fold(${query}), fold(t.title)) as score
        from papers t where fold(${query}) <% fold(t.title)
        union all
        select s.paper_id, word_similarity(fold(${query}), fold(a.name))
        from authors a join authorships s on s.author_id = a.id where fold(${query}) <% fold(a.name)
      ) found
      group by found.paper_id
    ) m join papers p on p.id = m.paper_id
    where true`;
}
