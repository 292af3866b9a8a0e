import { countBelow, countLoader, listLoader, pageBelow, rowLoader, rowsOf } from "../db/loaders";
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
    listLoader<number, null, AccessToken>(name, db, (userIds, _, slice) =>
      pageBelow(tokenColumns, userIds, sql`access_tokens t where t.user_id = k.id`, slice),
    ),
  accessTokenCount: ({ db }: PaperSources, name: string) =>
    countLoader<number, null>(name, db, (userIds) => countBelow(userIds, sql`access_tokens t where t.user_id = k.id`)),
};
