import { rowLoader } from "../db/loaders";
import { sql } from "../db/sql";
import type { PaperSources } from "../papers/paper-reader";
import type { User } from "./user.entity";
import { userColumns } from "./user.service";

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
