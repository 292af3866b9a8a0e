import { isDeepStrictEqual } from "node:util";
import { GraphQLError } from "graphql";
import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { type UserError, UserErrorCode, userError } from "../graphql/user-error.type";
import { decodeIds, notAnId } from "../nodes/decode-ids";
import type { NodeType } from "../nodes/node-id";
import { checkFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import { decodePaperIds } from "../papers/paper-ids";
import { checkPapersExist } from "./check-papers";

/**
 * Throws what is wrong with a filter that is to be stored or listened to: besides what lists refuse, authors, organizations and
 * papers that do not exist, and papers that none can be like. A list shows that by being empty; here a reader would wait for
 * ever. What the filter names so far, `standing`, may have been deleted since. `db` reads the primary.
 */
export async function checkLastingFilter(
  db: Db,
  filter: PaperFilter | null,
  standing: PaperFilter = {},
): Promise<void> {
  checkFilter(filter);
  const checkNew = async (name: keyof typeof checks) => {
    const ids = filter?.[name] ?? [];
    if (ids.length > 0 && !isDeepStrictEqual(ids, standing[name])) await checks[name](db, ids);
  };
  for (const name of ["authorIds", "organizationIds", "near"] as const) await checkNew(name);
}

const checks = {
  authorIds: (db: Db, ids: string[]) => checkExist(db, "filter.authorIds", "Author", sql`authors`, ids),
  organizationIds: (db: Db, ids: string[]) =>
    checkExist(db, "filter.organizationIds", "Organization", sql`organizations`, ids),
  near: checkNear,
};

async function checkExist(db: Db, argument: string, type: NodeType, table: Sql, ids: string[]): Promise<void> {
  const [unknown] = await db.query<{ place: number }>(sql`
    select g.place::int as place
    from unnest(${decodeIds(argument, type, ids)}::int[]) with ordinality g (id, place)
    where not exists (select from ${table} t where t.id = g.id)
    order by g.place limit 1`);
  if (unknown) throw notAnId(argument, type, unknown.place - 1);
}

async function checkNear(db: Db, ids: string[]): Promise<void> {
  const argument = "filter.near";
  const given = await checkPapersExist(db, argument, decodePaperIds(argument, ids));
  if (given.every(({ isWordless }) => isWordless)) {
    const whose = given.length === 1 ? "of the paper" : "of any paper";
    throw badUserInput(argument, `No paper can match: no word ${whose} of near is known, so none is like it.`);
  }
}

/** The same, as errors of the input's `filter`. */
export async function problemsOfFilter(db: Db, filter: PaperFilter, standing?: PaperFilter): Promise<UserError[]> {
  try {
    await checkLastingFilter(db, filter, standing);
    return [];
  } catch (error) {
    if (!(error instanceof GraphQLError) || error.extensions.code !== "BAD_USER_INPUT") throw error;
    const path = String(error.extensions.argument ?? "filter").split(".");
    return [userError(UserErrorCode.INVALID, error.message, "input", ...path)];
  }
}
