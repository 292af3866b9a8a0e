import type { Keyed, Position } from "../db/keyset";
import type { PrintedAuthor } from "./author.loaders";

/** A paper's authors as far as they are at hand, as printed: all of most papers, the first of a few that have hundreds. */
export interface FirstAuthors {
  printed: readonly Keyed<PrintedAuthor>[];
  areAll: boolean;
}

/** What the database would give for a position, by their places; null where that needs authors that are not at hand. */
export function recallAuthors({ printed, areAll }: FirstAuthors, position: Position): Keyed<PrintedAuthor>[] | null {
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
