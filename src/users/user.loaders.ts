import { columnsOf } from "../db/columns";
import { rowLoader } from "../db/loaders";
import { type Sql, sql } from "../db/sql";
import type { PaperSources } from "../papers/paper-reader";
import { User } from "./user.entity";

export const userColumns: Sql = columnsOf(User, "w");

export const userLoaders = {
  user: ({ db }: PaperSources) =>
    rowLoader<number, User>(
      db,
      (user) => user.id,
      (ids) => sql`select ${userColumns} from users w where w.id = any(${ids}::int[])`,
    ),
};
