import { columnsOf } from "../db/columns";
import type { Db } from "../db/database";
import { rowLoader } from "../db/loaders";
import { type Sql, sql } from "../db/sql";
import { User } from "./user.entity";

export const userColumns: Sql = columnsOf(User, "w");

export const userLoaders = (db: Db) => ({
  user: rowLoader<number, User>(
    db,
    (user) => user.id,
    (ids) => sql`select ${userColumns} from users w where w.id = any(${ids}::int[])`,
  ),
});
