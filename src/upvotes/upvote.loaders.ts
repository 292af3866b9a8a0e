import DataLoader from "dataloader";
import { KeyedStatement } from "../db/keyed-statement";
import { countBelow, countLoader, LongLoader, listLoader, pageBelow } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import type { User } from "../users/user.entity";
import { userColumns } from "../users/user.service";
import type { UpvoteCount } from "./upvote-count.type";
import { type HistoryKey, historiesOf } from "./upvote-history";

export const upvoteLoaders = {
  /** Not cached: a vote in the same request changes it. */
  hasUpvoted: ({ db }: PaperSources) =>
    new DataLoader<{ userId: number; paperId: number }, boolean>(
      async (keys) => {
        const users = keys.map((key) => key.userId);
        const papers = keys.map((key) => key.paperId);
        const rows = await db.query<{ stands: boolean }>(sql`
        select u.user_id is not null as stands
        from unnest(${users}::int[], ${papers}::int[]) with ordinality as k (user_id, paper_id, place)
        left join upvotes u on u.user_id = k.user_id and u.paper_id = k.paper_id
        order by k.place`);
        return rows.map((row) => row.stands);
      },
      { cache: false },
    ),
  /** For each key, the points of its range, oldest first. */
  upvoteHistory: ({ db }: PaperSources, name: string) =>
    new LongLoader<HistoryKey, UpvoteCount[]>(
      async (keys) => {
        const histories = keys.map((): UpvoteCount[] => []);
        const statement = new KeyedStatement(name, keys, historiesOf, true);
        const points = await db.query<UpvoteCount & { parent: number }>(statement);
        for (const { parent, ...point } of points) histories[parent - 1]!.push(point);
        return histories;
      },
      { cache: false },
    ),
  upvoters: ({ db }: PaperSources, name: string) =>
    listLoader<number, null, User>(name, db, (paperIds, _, slice) =>
      pageBelow(userColumns, paperIds, sql`upvotes u join users w on w.id = u.user_id where u.paper_id = k.id`, slice),
    ),
  upvoterCount: ({ db }: PaperSources, name: string) =>
    countLoader<number, null>(name, db, (paperIds) => countBelow(paperIds, sql`upvotes u where u.paper_id = k.id`)),
  upvotedPapers: ({ papers }: PaperSources, name: string) =>
    listLoader<number, null, Paper>(name, papers, (userIds, _, slice) =>
      pageBelow(
        papers.columns,
        userIds,
        sql`upvotes u join papers p on p.id = u.paper_id where u.user_id = k.id`,
        slice,
      ),
    ),
  upvotedPaperCount: ({ db }: PaperSources, name: string) =>
    countLoader<number, null>(name, db, (userIds) => countBelow(userIds, sql`upvotes u where u.user_id = k.id`)),
};
