import type { Keyed, PagePosition } from "../db/keyset";
import type { PrintedAuthor } from "./author.loaders";

/** A paper's authors in memory, as printed: all of most papers, the first ones of papers with hundreds. */
export interface FirstAuthors {
  printed: readonly Keyed<PrintedAuthor>[];
  areAll: boolean;
}

/** The authors that the database would return for a position; null if some of them are not in memory. */
export function recallAuthors(
  { printed, areAll }: FirstAuthors,
  position: PagePosition,
): Keyed<PrintedAuthor>[] | null {
  const { limit, backward, inclusive } = position;
  const from = position.from === null ? null : Number(position.from[0]);
  const isBeyond = from === null ? backward : from > (printed.at(-1)?.position ?? 0);
  if (isBeyond && !areAll) return null;
  const isWanted = ({ position: place }: PrintedAuthor) => {
    if (from === null) return true;
    if (place === from) return inclusive;
    return backward ? place < from : place > from;
  };
  const wanted = printed.filter(isWanted);
  const found = backward ? wanted.slice(-limit - 1).reverse() : wanted.slice(0, limit + 1);
  return areAll || backward || found.length > limit ? found : null;
}
