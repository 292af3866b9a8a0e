import { LongLoader } from "../db/loaders";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import { type Highlight, readHighlights } from "./highlight";
import { relatedPapers } from "./related";

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
  relatedPapers: ({ papers }: PaperSources) =>
    new LongLoader<{ paperId: number; first: number }, Paper[]>(
      async (keys) => {
        const limit = Math.max(...keys.map((key) => key.first));
        const lists = keys.map((): Paper[] => []);
        const ids = keys.map((key) => key.paperId);
        // The same plan fits all papers, and planning takes longer than running it for one.
        const statement = relatedPapers(papers.columns, ids, limit).planned("once");
        for (const row of await papers.query<Paper & { parent: number }>(statement)) {
          lists[row.parent - 1]!.push(row);
        }
        return lists.map((list, i) => list.slice(0, keys[i]!.first));
      },
      { cache: false },
    ),
};
