import type { Db, Transaction } from "../db/database";
import { sql } from "../db/sql";
import { titleKey } from "./fold";
import type { PaperLook } from "./look";

/** Looks that seem to be of no known paper, as far as can be seen without waiting for imports that are under way. */
export async function findSeemingNew(db: Db, looks: readonly PaperLook[]): Promise<Set<PaperLook>> {
  const known = await db.read<{ arxivId: string | null; titleKey: string }>(sql`
    select p.arxiv_id as "arxivId", p.title_key as "titleKey"
    from unnest(${looks.flatMap((look) => look.arxivId ?? [])}::text[]) looked (id) join papers p on p.arxiv_id = looked.id
    union all
    select p.arxiv_id, p.title_key
    from unnest(${looks.map((look) => titleKey(look.title))}::text[]) looked (key)
    join papers p on p.title_key = looked.key`);
  const ids = new Set(known.map((paper) => paper.arxivId));
  const titles = new Set(known.map((paper) => paper.titleKey));
  return new Set(looks.filter((look) => !ids.has(look.arxivId ?? "") && !titles.has(titleKey(look.title))));
}

/** What is staged of a look at a new paper, which gets an id: all that it tells is news. */
export const asNew = sql`
  paper_id = nextval('papers_id_seq'), is_new = true, changed = true,
  authors_win = author_count is not null, authors_changed = author_names is not null`;

const asKnown = sql`is_new = false, changed = false, authors_win = false, authors_changed = false`;

/**
 * Finds which paper each staged look is of: by arXiv id; else by the folded title and the publication day, a day apart
 * counting as equal. Two different arXiv ids are never one paper. Looks that are of no known paper are new, most of them
 * since they were staged.
 */
export async function match(tx: Transaction): Promise<void> {
  await tx.read(sql`
    update staged s set paper_id = p.id, ${asKnown} from papers p where p.arxiv_id = s.arxiv_id`);
  await tx.read(sql`
    update staged s set paper_id = found.id, ${asKnown}
    from (
      select distinct on (s.n) s.n, p.id
      from staged s join papers p on p.title_key = s.title_key
      where (s.paper_id is null or s.is_new)
        and (s.arxiv_id is null or p.arxiv_id is null)
        and (abs(p.published_on - s.published_on) <= 1 or (p.published_on is null and s.published_on is null))
      order by s.n, abs(p.published_on - s.published_on), p.id
    ) found
    where s.n = found.n`);
  await tx.read(sql`update staged set ${asNew} where paper_id is null`);
}

/**
 * Takes out of the stage all but the first look at each paper, so that one statement never merges two; tells which
 * looks (by place in the batch) are to be staged again.
 */
export async function deferRepeats(tx: Transaction): Promise<number[]> {
  const deferred = await tx.read<{ n: number }>(sql`
    delete from staged s using staged earlier
    where earlier.paper_id = s.paper_id and earlier.n < s.n
    returning s.n`);
  return deferred.map((row) => row.n);
}
