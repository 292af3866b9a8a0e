import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { asUserError, type UserError } from "../graphql/user-error.type";
import { checkFound, decodeIds } from "../nodes/decode-ids";
import type { NodeType } from "../nodes/node-id";
import { checkFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import { decodePaperIds } from "../papers/paper-ids";
import { checkPapersExist } from "./check-papers";

/**
 * Throws what is wrong with a filter that is to be stored or listened to: besides what lists refuse, authors, organizations and
 * papers that do not exist, and papers that none can be like. A list shows that by being empty; here a reader would wait for
 * ever. Of what the filter names so far, `standing`, some may have been deleted since; all, if it
 * names the same in any order. `db` reads the primary.
 */
export async function checkLastingFilter(
  db: Db,
  filter: PaperFilter | null,
  standing: PaperFilter = {},
): Promise<void> {
  checkFilter(filter);
  const checkNew = async (name: keyof typeof checks) => {
    const ids = filter?.[name] ?? [];
    const before = new Set(standing[name] ?? []);
    const stood = ids.map((id) => before.has(id));
    const isSame = stood.every(Boolean) && new Set(ids).size === before.size;
    if (ids.length > 0 && !isSame) await checks[name](db, ids, stood);
  };
  for (const name of ["authorIds", "organizationIds", "near"] as const) await checkNew(name);
}

/** `stood`: whether each of the ids is one that the filter named before. */
type Check = (db: Db, ids: string[], stood: readonly boolean[]) => Promise<void>;

const checks: Record<"authorIds" | "organizationIds" | "near", Check> = {
  authorIds: checkExist("filter.authorIds", "Author", sql`authors`),
  organizationIds: checkExist("filter.organizationIds", "Organization", sql`organizations`),
  near: checkNear,
};

function checkExist(argument: string, type: NodeType, table: Sql): Check {
  return async (db, ids, stood) => {
    const rows = await db.query<{ found: boolean }>(sql`
      select exists (select from ${table} t where t.id = g.id) as found
      from unnest(${decodeIds(argument, type, ids)}::int[]) with ordinality g (id, place)
      order by g.place`);
    checkFound(
      argument,
      type,
      rows.map(({ found }) => found),
      stood,
    );
  };
}

async function checkNear(db: Db, ids: string[], stood: readonly boolean[]): Promise<void> {
  const argument = "filter.near";
  const given = await checkPapersExist(db, argument, decodePaperIds(argument, ids), stood);
  if (given.every(({ exists, isWordless }) => !exists || isWordless)) {
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
    return [asUserError(error, "input")];
  }
}
