import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { notAnId } from "../nodes/decode-ids";
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
