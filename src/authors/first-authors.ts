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
  const isBeyond = from !== null && from > (printed.at(-1)?.position ?? 0);
  if (!areAll && (backward ? from === null || isBeyond : isBeyond)) return null;
  const isWanted = (place: number) => {
    if (from === null || place === from) return from === null || !!inclusive;
    return backward ? place < from : place > from;
  };
  const wanted = from === null ? printed : printed.filter((author) => isWanted(author.position));
  const found = backward ? wanted.slice(-limit - 1).reverse() : wanted.slice(0, limit + 1);
  return areAll || backward || found.length > limit ? found : null;
}
