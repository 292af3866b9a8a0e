import type { Order } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { Organization } from "./organization.entity";

export const organizationColumns: Sql = nodeColumnsOf("Organization", Organization, "o");

/** Organizations in a list: those with papers. */
interface Listed {
  order: Order;
  /** The relation of organizations `o`, which ends with a condition. */
  from: Sql;
}

const mostPapers = [
  { column: sql`o.paper_count`, kind: "int" },
  { column: sql`o.id`, kind: "int" },
] as const;

/** Those with most papers first. */
const all: Listed = {
  order: { name: "PAPERS", keys: mostPapers, direction: "desc" },
  from: sql`organizations o where o.paper_count > 0`,
};

/**
 * Those whose name is like a text, best first: that begin with it or have the handle, then by how alike they are, as a whole or
 * in a part (pg_trgm), so that typos and accents do not matter.
 */
function named(name: string): Listed {
  const text = sql`(select fold(${name}))`;
  const isExact = sql`(o.key = lower(${name}) or fold(o.name) like regexp_replace(fold(${name}), '([\\\\%_])', '\\\\\\1', 'g') || '%')`;
  const likeness = sql`(greatest(word_similarity(${text}, fold(o.name)), similarity(${text}, fold(o.name))) + case when ${isExact} then 1 else 0 end)::float8`;
  return {
    order: { name: "LIKENESS", keys: [{ column: likeness, kind: "float" }, ...mostPapers], direction: "desc" },
    from: sql`organizations o where o.paper_count > 0 and (${isExact} or fold(o.name) %> ${text} or fold(o.name) % ${text})`
      .long,
  };
}

export function organizationsOf(name: string | null): Listed {
  return name === null ? all : named(name);
}
