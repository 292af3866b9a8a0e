import DataLoader from "dataloader";
import { KeyedStatement } from "../db/keyed-statement";
import { constant, type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import { MAX_NEIGHBORS } from "./neighbors.service";
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

/** Papers are read in order of likeness, and no more than are listed: looking up twenty to list one takes three times as long. */
function neighborsOf(columns: Sql, paperIds: readonly number[], limit: number): Sql {
  return sql`
    select k.parent::int as parent, near.*
    from unnest(${paperIds}::int[]) with ordinality as k (id, parent)
    cross join lateral (
      select ${columns}, n.likeness
      from (
        select neighbor_id, likeness from paper_neighbors
        where paper_id = k.id and model = ${servingModel()}
        order by likeness desc, neighbor_id desc
        limit ${constant(MAX_NEIGHBORS)}
      ) n
      cross join lateral (select * from papers where id = n.neighbor_id and withdrawn_at is null limit 1) p
      order by n.likeness desc, n.neighbor_id desc
      limit ${limit}::int
    ) near
    order by k.parent, near.likeness desc, near."rowId" desc`;
}
