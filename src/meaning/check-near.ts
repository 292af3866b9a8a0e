import { isDeepStrictEqual } from "node:util";
import { GraphQLError } from "graphql";
import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { type UserError, UserErrorCode, userError } from "../graphql/user-error.type";
import { notAnId } from "../nodes/decode-ids";
import { checkFilter, checkNear } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import { servingModel } from "./serving-model";

interface Given {
  exists: boolean;
  /** Whether its vector is known to have no length; one that is yet to be made may have one. */
  isWordless: boolean;
}

/** Throws BAD_USER_INPUT that names the first id of an argument that is of no paper. `db` reads the primary. */
export async function checkPapersExist(
  db: Db,
  argument: string,
  paperIds: readonly number[],
): Promise<readonly Given[]> {
  const given = await db.query<Given>(sql`
    select p.id is not null as exists, coalesce(v.vector = '', false) as "isWordless"
    from unnest(${paperIds}::int[]) with ordinality g (id, place)
    left join papers p on p.id = g.id
    left join paper_vectors v on v.paper_id = g.id and v.model = ${servingModel()}
    order by g.place`);
  const unknown = given.findIndex(({ exists }) => !exists);
  if (unknown >= 0) throw notAnId(argument, "Paper", unknown);
  return given;
}

/**
 * Throws what is wrong with a filter that is to be stored or listened to: besides what lists refuse, papers that none can be
 * like. A list shows that by being empty; here a reader would wait for ever. Papers that the filter has so far, `standing`,
 * may have been deleted since.
 */
export async function checkLastingFilter(
  db: Db,
  filter: PaperFilter | null,
  standing: PaperFilter = {},
): Promise<void> {
  checkFilter(filter);
  if (!filter?.near?.length || isDeepStrictEqual(filter.near, standing.near)) return;
  const given = await checkPapersExist(db, "filter.near", checkNear(filter.near));
  if (given.every(({ isWordless }) => isWordless)) {
    const whose = given.length === 1 ? "of the paper" : "of any paper";
    throw badUserInput("filter.near", `No paper can match: no word ${whose} of near is known, so none is like it.`);
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
