import type { Order } from "../db/keyset";
import {
  countNearest,
  listNearest,
  MAX_NEAREST,
  type NearestQuery,
  nearestKeys,
} from "../meaning/nearest-papers.service";
import { embedQuery } from "../meaning/serving-model";
import type { VectorIndex } from "../meaning/vector-index";
import { lacksWords } from "../spelling/stop-words";
import { type Searched, searchByReference } from "./keyword-search";
import type { FoundPaper } from "./search.service";
import { PaperSearchConnection } from "./search-connection.type";
import { SearchArm, SearchMode } from "./search-mode";
import { withoutExcluded } from "./words";

/** A search that compares papers, too. */
export interface SearchedByMeaning extends Searched {
  vectorIndex: VectorIndex;
}

const order: Order = { name: "SEARCH MEANING", keys: nearestKeys, direction: "desc" };

/** Lists the papers nearest to what the query means; those with excluded words are left out. */
export async function searchByMeaning(searched: SearchedByMeaning): Promise<PaperSearchConnection> {
  const named = await searchByReference(searched);
  if (named) return named;
  const { query, filter, args, db, papers, vectorIndex } = searched;
  const wanted = nearestTo(searched, MAX_NEAREST);
  const found = { searchedFor: query, foundBy: [SearchArm.MEANING] };
  return new PaperSearchConnection({
    order,
    binding: JSON.stringify(["searchPapers", query, filter, SearchMode.MEANING]),
    args,
    fetch: async (slice, { limit }) => {
      const rows = wanted ? await listNearest<FoundPaper>({ db, papers }, vectorIndex, wanted, slice, limit) : [];
      return rows.map((row) => ({ ...row, ...found, score: Math.max(0, row.key0) }));
    },
    count: () => (wanted ? countNearest(db, vectorIndex, wanted) : 0),
  });
}

/** What is near to the query; null when it has only stop words, or none that the model knows. */
export function nearestTo({ query, resolved }: Searched, most: number): NearestQuery | null {
  const { wanted, condition } = withoutExcluded(query);
  const meaning = lacksWords(wanted) ? null : embedQuery(wanted);
  return meaning && { meaning, filter: resolved, condition, leftOut: [], most };
}
