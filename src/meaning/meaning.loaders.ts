import DataLoader from "dataloader";
import { KeyedStatement } from "../db/keyed-statement";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import { servingModel } from "./serving-model";

export const meaningLoaders = {
  /** One statement reads those of all papers of a page. */
  relatedPapers: ({ papers }: PaperSources, name: string) =>
    new DataLoader<{ paperId: number; first: number }, Paper[]>(
      async (keys) => {
        const limit = Math.max(...keys.map((key) => key.first));
        const lists = keys.map((): Paper[] => []);
        const ids = keys.map((key) => key.paperId);
        const statement = new KeyedStatement(`${name} ${limit}`, ids, (all) => neighborsOf(papers.columns, all, limit));
        for (const row of await papers.query<Paper & { parent: number }>(statement)) lists[row.parent - 1]!.push(row);
        return lists.map((list, i) => list.slice(0, keys[i]!.first));
      },
      { cache: false },
    ),
};

function neighborsOf(columns: Sql, paperIds: readonly number[], limit: number): Sql {
  return sql`
    select k.parent::int as parent, near.*
    from unnest(${paperIds}::int[]) with ordinality as k (id, parent)
    cross join lateral (
      select ${columns}, n.likeness
      from paper_neighbors n join papers p on p.id = n.neighbor_id
      where n.paper_id = k.id and n.model = ${servingModel()} and p.withdrawn_at is null
      order by n.likeness desc, n.neighbor_id desc
      limit ${limit}::int
    ) near
    order by k.parent, near.likeness desc, near."rowId" desc`;
}
