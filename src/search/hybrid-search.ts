import { type Keyed, type Order, type PagePosition, Slice } from "../db/keyset";
import { all, sql } from "../db/sql";
import { EndpointFailure } from "../meaning/endpoint/endpoint";
import { listNearest, nearestKeys } from "../meaning/nearest-papers.service";
import { decodeCursor } from "../paging/cursor";
import { refuseCursor } from "../paging/page-args";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperReader } from "../papers/paper-reader";
import { type Arms, type Fused, fuse, MAX_OF_ARM, readArms, writeArms } from "./fusion";
import { bestByKeywords, searchByReference } from "./keyword-search";
import { nearestTo, type SearchedByMeaning } from "./meaning-search";
import type { FoundPaper } from "./search.service";
import { PaperSearchConnection } from "./search-connection.type";
import { SearchMode } from "./search-mode";
import { withoutExcluded } from "./words";

/**
 * By the place in the fused list. All its cursors hold what both arms found when it was first read: so its pages neither skip
 * nor repeat a paper, whatever changes meanwhile and whichever process answers.
 */
const order: Order = {
  name: "SEARCH HYBRID",
  keys: [
    { column: sql`c.place`, kind: "int" },
    { column: sql`''`, kind: "mark" },
  ],
  direction: "asc",
};

/** Lists what the words and what the meaning of a query find, fused by their ranks in both. */
export async function searchByBoth(searched: SearchedByMeaning): Promise<PaperSearchConnection> {
  const named = await searchByReference(searched);
  if (named) return named;
  const { query, filter, args, papers } = searched;
  const binding = JSON.stringify(["searchPapers", query, filter, SearchMode.HYBRID]);
  const arms = args.after ? armsOf(binding, args.after) : await findArms(searched);
  const fused = fuse(arms);
  const mark = writeArms(arms);
  return new PaperSearchConnection({
    order,
    binding,
    args,
    fetch: async (slice) => {
      const rows = await readFused(papers, fused, slice);
      return rows.map((row) => {
        const { score, foundBy } = fused[row.key0 - 1]!;
        return Object.assign(row, { key1: mark, searchedFor: query, score, foundBy });
      });
    },
    count: () => fused.length,
  });
}

/** The arms of a cursor; BAD_USER_INPUT when it is none of the list. */
function armsOf(binding: string, after: string): Arms {
  const mark = decodeCursor(binding, order, after)?.[1];
  const arms = typeof mark === "string" ? readArms(mark) : null;
  if (!arms) throw refuseCursor("after");
  return arms;
}

async function findArms(searched: SearchedByMeaning): Promise<Arms> {
  const { query, resolved, db } = searched;
  // By words alone, what is excluded in one alternative may be found by another.
  const condition = all([matchesFilter(resolved), withoutExcluded(query).condition]);
  const [keyword, meaning] = await Promise.all([
    bestByKeywords(db, query, condition, MAX_OF_ARM),
    bestByMeaning(searched),
  ]);
  return { keyword, meaning };
}

async function bestByMeaning(searched: SearchedByMeaning): Promise<number[]> {
  const near = await nearestTo(searched, MAX_OF_ARM).catch(withoutMeaning);
  if (!near) return [];
  const { db } = searched;
  const papers = { columns: sql`p.id as "rowId"`, query: db.query.bind(db) };
  const position: PagePosition = { limit: MAX_OF_ARM - 1, backward: false, from: null };
  const nearest = { name: "LIKENESS", keys: nearestKeys, direction: "desc" } as const;
  const slice = new Slice(nearest, position);
  const rows = await listNearest<{ rowId: number }>({ db, papers }, near.index, near.wanted, slice, position.limit);
  return rows.map(({ rowId }) => rowId);
}

/** While an endpoint does not tell what a query means, its words alone find papers. */
function withoutMeaning(error: unknown): null {
  if (error instanceof EndpointFailure) return null;
  throw error;
}

/** The papers at their places; those that were deleted leave theirs empty. */
function readFused(papers: PaperReader, fused: readonly Fused[], slice: Slice): Promise<Keyed<FoundPaper>[]> {
  const statement = sql`
    select ${papers.columns}, ${slice.keyColumns}
    from (
      select u.id, u.place::int as place
      from unnest(${fused.map(({ paperId }) => paperId)}::int[]) with ordinality u (id, place)
    ) c
    join papers p on p.id = c.id
    where ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`;
  return papers.query(statement);
}
