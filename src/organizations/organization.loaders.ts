import { columnsOf } from "../db/columns";
import { countLoader, listLoader, rowLoader } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import { papersBelow } from "../papers/paper.service";
import type { PaperSources } from "../papers/paper-reader";
import { Organization } from "./organization.entity";

export const organizationLoaders = {
  organization: ({ db }: PaperSources) =>
    rowLoader<number, Organization>(
      db,
      (organization) => organization.id,
      (ids) => sql`select ${columnsOf(Organization, "o")} from organizations o where o.id = any(${ids}::int[])`,
    ),
  organizationPapers: ({ papers }: PaperSources) =>
    listLoader<number, null, Paper>(papers, (ids, _, slice) =>
      papersBelow(papers.columns, ids, sql`papers p where p.organization_id = k.id`, slice),
    ),
  organizationPaperCount: ({ db }: PaperSources) =>
    countLoader<number, null>(
      db,
      (ids) => sql`
      select k.parent::int as parent, count(p.id)::int as count
      from unnest(${ids}::int[]) with ordinality as k (id, parent)
      left join papers p on p.organization_id = k.id
      group by k.parent`,
    ),
};
