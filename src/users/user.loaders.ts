import { rowLoader, rowsOf } from "../db/loaders";
import { sql } from "../db/sql";
import type { PaperSources } from "../papers/paper-reader";
import type { User } from "./user.entity";
import { userColumns } from "./user.service";

export const userLoaders = {
  user: ({ db }: PaperSources, name: string) =>
    rowLoader<number, User>(name, db, (ids) => rowsOf(userColumns, sql`${ids}::int[]`, sql`users w on w.id = k.id`)),
};
