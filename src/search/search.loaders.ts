import { LongLoader } from "../db/loaders";
import type { PaperSources } from "../papers/paper-reader";
import { type Highlight, readHighlights } from "./highlight";

export const searchLoaders = {
  /** All papers of a page come from one query. */
  highlights: ({ db }: PaperSources) =>
    new LongLoader<{ query: string; paperId: number }, Highlight[]>(
      async (keys) => {
        const queries = [...new Set(keys.map((key) => key.query))];
        const found = new Map<string, Highlight[]>();
        await Promise.all(
          queries.map(async (query) => {
            const ids = keys.filter((key) => key.query === query).map((key) => key.paperId);
            const highlights = await readHighlights(db, query, ids);
            ids.forEach((id, i) => {
              found.set(JSON.stringify([query, id]), highlights[i]!);
            });
          }),
        );
        return keys.map((key) => found.get(JSON.stringify([key.query, key.paperId]))!);
      },
      { cache: false },
    ),
};
