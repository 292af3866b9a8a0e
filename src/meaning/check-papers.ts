import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { checkFound } from "../nodes/decode-ids";
import { servingModel } from "./serving-model";

interface Given {
  exists: boolean;
  /** Whether its vector is known to have no length; one that is yet to be made may have one. */
  isWordless: boolean;
}

/** Throws as `checkFound` where an id of an argument is of no paper. `db` reads the primary. */
export async function checkPapersExist(
  db: Db,
  argument: string,
  paperIds: readonly number[],
  stood: readonly boolean[] = [],
): Promise<readonly Given[]> {
  const given = await db.query<Given>(sql`
    select p.id is not null as exists, coalesce(v.vector = '', false) as "isWordless"
    from unnest(${paperIds}::int[]) with ordinality g (id, place)
    left join papers p on p.id = g.id
    left join paper_vectors v on v.paper_id = g.id and v.model = ${servingModel()}
    order by g.place`);
  checkFound(
    argument,
    "Paper",
    given.map(({ exists }) => exists),
    stood,
  );
  return given;
}
