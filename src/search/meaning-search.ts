import type { Turn } from "../async/turns";
import type { Order } from "../db/keyset";
import { serviceUnavailable } from "../graphql/errors";
import { EndpointFailure } from "../meaning/endpoint/endpoint";
import type { Meaning } from "../meaning/model";
import {
  countNearest,
  listNearest,
  MAX_NEAREST,
  type NearestQuery,
  nearestKeys,
} from "../meaning/nearest-papers.service";
import type { VectorIndex } from "../meaning/vector-index";
import { lacksWords } from "../spelling/stop-words";
import { type Searched, searchByReference } from "./keyword-search";
import type { FoundPaper } from "./search.service";
import { PaperSearchConnection } from "./search-connection.type";
import { SearchArm, SearchMode } from "./search-mode";
import { withoutExcluded } from "./words";

/** A search that compares papers, too. */
export interface SearchedByMeaning extends Searched {
  /**
   * The meaning of a text, null when it has no word that the model knows, and the index to ask for what is near. Throws
   * EndpointFailure when an endpoint does not make it.
   */
  openMeaning: (text: string) => Promise<{ index: VectorIndex; meaning: Meaning | null }>;
  /** The caller's, to compare papers. */
  turn: Turn;
}

/** What is near to a query, and the index to ask. */
interface Near {
  index: VectorIndex;
  wanted: NearestQuery;
}

const order: Order = { name: "SEARCH MEANING", keys: nearestKeys, direction: "desc" };

/** Lists the papers nearest to what the query means; those with excluded words are left out. */
export async function searchByMeaning(searched: SearchedByMeaning): Promise<PaperSearchConnection> {
  const named = await searchByReference(searched);
  if (named) return named;
  const { query, filter, args, db, papers } = searched;
  const near = await nearestTo(searched, MAX_NEAREST).catch(refuse);
  const found = { searchedFor: query, foundBy: [SearchArm.MEANING] };
  return new PaperSearchConnection({
    order,
    binding: JSON.stringify(["searchPapers", query, filter, SearchMode.MEANING, near?.index.model]),
    args,
    fetch: async (slice, { limit }) => {
      const rows = near ? await listNearest<FoundPaper>({ db, papers }, near.index, near.wanted, slice, limit) : [];
      return rows.map((row) => Object.assign(row, found, { score: Math.max(0, row.key0) }));
    },
    count: () => (near ? countNearest(db, near.index, near.wanted) : 0),
  });
}

/** What is near to the query; null when it has only stop words, or none that the model knows. Throws as `openMeaning`. */
export async function nearestTo(
  { query, resolved, turn, openMeaning }: SearchedByMeaning,
  most: number,
): Promise<Near | null> {
  const { wanted, excludes, ...conditions } = withoutExcluded(query);
  if (lacksWords(wanted)) return null;
  const { index, meaning } = await openMeaning(wanted);
  const mayBeFew = resolved !== null || excludes;
  return meaning && { index, wanted: { meaning, filter: resolved, ...conditions, mayBeFew, leftOut: [], most, turn } };
}

function refuse(error: unknown): never {
  if (!(error instanceof EndpointFailure)) throw error;
  const { retryAfter } = error;
  throw serviceUnavailable(
    "Search by meaning is unavailable for the moment: what the query means cannot be told. Try again later, or search by KEYWORD or HYBRID.",
    error,
    retryAfter === null ? undefined : Math.max(1, Math.ceil(retryAfter / 1000)),
  );
}
