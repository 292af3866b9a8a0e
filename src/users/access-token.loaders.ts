import { countBelow, countLoader, listLoader, rowLoader, rowsOf } from "../db/loaders";
import { sql } from "../db/sql";
import type { PaperSources } from "../papers/paper-reader";
import type { AccessToken } from "./access-token.entity";
import { tokenColumns } from "./access-token.service";

export const accessTokenLoaders = {
  accessToken: ({ db }: PaperSources, name: string) =>
    rowLoader<number, AccessToken>(name, db, (ids) =>
      rowsOf(tokenColumns, sql`${ids}::int[]`, sql`access_tokens t on t.id = k.id`),
    ),
  accessTokens: ({ db }: PaperSources, name: string) =>
    listLoader<number, null, AccessToken>(
      name,
      db,
      (userIds, _, slice) => sql`
      select k.parent::int as parent, listed.*
      from unnest(${userIds}::int[]) with ordinality as k (id, parent)
      cross join lateral (
        select ${tokenColumns}, ${slice.keyColumns}
        from access_tokens t
        where t.user_id = k.id and ${slice.condition}
        order by ${slice.orderBy}
        limit ${slice.limit}
      ) listed
      order by k.parent, ${slice.outerOrderBy}`,
    ),
  accessTokenCount: ({ db }: PaperSources, name: string) =>
    countLoader<number, null>(name, db, (userIds) => countBelow(userIds, sql`access_tokens t where t.user_id = k.id`)),
};
