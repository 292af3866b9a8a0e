import { rowLoader } from "../db/loaders";
import { type Sql, sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import type { PaperSources } from "../papers/paper-reader";
import { User } from "./user.entity";

export const userColumns: Sql = nodeColumnsOf("User", User, "w");

export const userLoaders = {
  user: ({ db }: PaperSources, name: string) =>
    rowLoader<number, User>(
      name,
      db,
      (ids) => sql`
      select k.parent::int as parent, ${userColumns}
      from unnest(${ids}::int[]) with ordinality as k (id, parent) join users w on w.id = k.id`,
    ),
};
