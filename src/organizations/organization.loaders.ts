import { keptCountLoader, listLoader, pageBelow, rowLoader, rowsOf } from "../db/loaders";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperSources } from "../papers/paper-reader";
import type { Organization } from "./organization.entity";
import { organizationColumns } from "./organization.service";

export const organizationLoaders = {
  organization: ({ db }: PaperSources, name: string) =>
    rowLoader<number, Organization>(name, db, (ids) =>
      rowsOf(organizationColumns, sql`${ids}::int[]`, sql`organizations o on o.id = k.id`),
    ),
  organizationPapers: ({ papers }: PaperSources, name: string) =>
    listLoader<number, null, Paper>(name, papers, (ids, _, slice) =>
      pageBelow(papers.columns, ids, sql`papers p where p.organization_id = k.id`, slice),
    ),
  organizationPaperCount: ({ db }: PaperSources, name: string) => keptCountLoader(name, db, sql`organizations`),
};
