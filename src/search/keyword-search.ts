import type { Db } from "../db/database";
import { Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import { decodeCursor } from "../paging/cursor";
import type { ForwardPageArgs } from "../paging/page-args";
import { findPasted, type PaperLoaders } from "../papers/find-paper";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { PaperReader } from "../papers/paper-reader";
import type { ResolvedFilter } from "../papers/resolved-filter";
import { correct } from "./correction";
import {
  chooseMatching,
  countFound,
  findFirst,
  findPapers,
  type Matching,
  type Search,
  searchOrder,
} from "./search.service";
import { PaperSearchConnection } from "./search-connection.type";

/** A search, and by what it reads. */
export interface Searched {
  query: string;
  filter: PaperFilter | null;
  /** The same for conditions. */
  resolved: ResolvedFilter | null;
  args: ForwardPageArgs;
  db: Db;
  papers: PaperReader;
  loaders: PaperLoaders;
}

const LISTED: readonly Matching[] = ["TEXT", "MANY", "FUZZY"];

/** Lists the papers that have the words or, if none has, words that are spelt alike; or the one that a reference names. */
export async function searchByKeywords(searched: Searched): Promise<PaperSearchConnection> {
  const { query, db } = searched;
  const named = await searchByReference(searched);
  if (named) return named;
  // A list keeps to how papers matched on its first page; the cursor tells it.
  const matching = LISTED.find((each) => goesOn(searched, each));
  if (matching) return listMatching(searched, matching);
  // Most searches find some papers, and not too many: they take one statement.
  const list = listOf(searched, searchOf(searched, "TEXT"), findFirst);
  const [found] = await list.read();
  return found ? list : listMatching(searched, await chooseMatching(db, query));
}

/** Lists the paper that the query names, in any form that `PaperBy.url` takes, if it names one that is known and in the filter. */
export async function searchByReference(searched: Searched): Promise<PaperSearchConnection | null> {
  const hasBegun = goesOn(searched, "REFERENCE");
  if (searched.args.after && !hasBegun) return null;
  const paper = await findPasted(searched.query, searched.loaders);
  if (!paper && !hasBegun) return null;
  const list = listOf(searched, { ...searchOf(searched, "REFERENCE"), named: paper?.rowId ?? null });
  return hasBegun || (await list.read()).length > 0 ? list : null;
}

/** The ids of the papers that match best by their words, as they are listed. */
export async function bestByKeywords(db: Db, query: string, condition: Sql, most: number): Promise<number[]> {
  const ids = { columns: sql`p.id as "rowId"`, query: db.query.bind(db) };
  const sliceOf = (matching: Matching) =>
    new Slice(searchOrder(matching), { limit: most - 1, backward: false, from: null });
  let found = await findFirst(ids, { query, condition }, sliceOf("TEXT"));
  if (found.length === 0) {
    const matching = await chooseMatching(db, query);
    found = await findPapers(ids, await corrected(db, { matching, query, condition }), sliceOf(matching));
  }
  return found.map(({ rowId }) => rowId);
}

function bindingOf({ query, filter }: Searched, matching: Matching): string {
  return JSON.stringify(["searchPapers", query, filter, matching]);
}

function goesOn(searched: Searched, matching: Matching): boolean {
  const { after } = searched.args;
  return !!after && decodeCursor(bindingOf(searched, matching), searchOrder(matching), after) !== null;
}

function searchOf({ query, resolved }: Searched, matching: Matching): Search {
  return { matching, query, condition: matchesFilter(resolved) };
}

async function corrected(db: Db, search: Search): Promise<Search> {
  return { ...search, correction: search.matching === "FUZZY" ? await correct(db, search.query) : null };
}

async function listMatching(searched: Searched, matching: Matching): Promise<PaperSearchConnection> {
  return listOf(searched, await corrected(searched.db, searchOf(searched, matching)));
}

function listOf(searched: Searched, search: Search, find = findPapers): PaperSearchConnection {
  const { args, db, papers } = searched;
  return new PaperSearchConnection({
    order: searchOrder(search.matching),
    binding: bindingOf(searched, search.matching),
    args,
    fetch: (slice) => find(papers, search, slice),
    count: () => countFound(db, search),
  });
}
