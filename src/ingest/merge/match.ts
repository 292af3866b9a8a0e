import type { Db, Transaction } from "../../db/database";
import { type Sql, sql } from "../../db/sql";
import { titleKey } from "../normalize";
import type { SourceRecord } from "../source-record";

/** Records that seem to be of unknown papers, as far as is visible without waiting for running imports. */
export async function findSeemingNew(db: Db, records: readonly SourceRecord[]): Promise<Set<SourceRecord>> {
  const keys = records.map((record) => titleKey(record.title));
  const known = await db.query<{ arxivId: string | null; titleKey: string }>(sql`
    select p.arxiv_id as "arxivId", p.title_key as "titleKey"
    from unnest(${records.flatMap((record) => record.arxivId ?? [])}::text[]) asked (id) join papers p on p.arxiv_id = asked.id
    union all
    select p.arxiv_id, p.title_key
    from unnest(${keys}::text[]) asked (key)
    join papers p on p.title_key = asked.key`);
  const ids = new Set(known.map((paper) => paper.arxivId));
  const titles = new Set(known.map((paper) => paper.titleKey));
  return new Set(records.filter((record, i) => !ids.has(record.arxivId ?? "") && !titles.has(keys[i]!)));
}

/** The staged values of a record of a new paper, which gets an id: everything in it is a change. */
export const asNew = sql`
  paper_id = nextval('papers_id_seq'), is_new = true, changed = true, votes_changed = coalesce(imported_upvotes > 0, false),
  authors_win = author_count is not null, authors_changed = author_names is not null`;

const asKnown = sql`is_new = false, changed = false, votes_changed = false, authors_win = false, authors_changed = false`;

/** What stands around the name in a name key: forms of address before it, generations and degrees after it. */
const TITLES_AND_DEGREES =
  "^((dr|prof|professor|mr|mrs|ms|sir|dame)(\\.|[.]?-ing\\.?)? )+" +
  "|(,? (jr|sr|ii|iii|iv|ph\\.? ?d|esq)\\.?|, (md|m\\.? ?sc|b\\.? ?sc|d\\.? ?sc|d\\.? ?phil|mba|mph|frs)\\.?)+(?=,|$)|,$";
const LAST_FIRST = "^([^,]+), ?([^,]+).*$";

/** The initial and the last name of an author's key; "Last, First" counts as "First Last". */
const firstAuthor = (key: Sql) => {
  const name = sql`regexp_replace(regexp_replace(fold(${key}), ${TITLES_AND_DEGREES}, '', 'g'), ${LAST_FIRST}, '\\2 \\1')`;
  return sql`(left(${name}, 1), split_part(${name}, ' ', -1))`;
};

/** Compares last name and initial, without accents, as sources abbreviate names. Unknown first authors may be the same. */
const haveOneFirstAuthor = sql`
  (a.key is null or s.author_keys is null or ${firstAuthor(sql`a.key`)} = ${firstAuthor(sql`s.author_keys[1]`)})`;

/**
 * Matches each staged record to a paper: by arXiv id; else by normalized title and publication day, one day apart counting
 * as equal, unless both have a first author and these differ. Two different arXiv ids are never one paper. Records without a
 * match are new; most were marked as new when they were staged.
 */
export async function match(
  tx: Transaction,
  { haveIds, allSeemNew }: { haveIds: boolean; allSeemNew: boolean },
): Promise<void> {
  if (haveIds) {
    await tx.query(sql`
      update staged s set paper_id = p.id, ${asKnown} from papers p where p.arxiv_id = s.arxiv_id`);
  }
  await tx.query(sql`
    update staged s set paper_id = found.id, ${asKnown}
    from (
      select distinct on (s.n) s.n, p.id
      from staged s join papers p on p.title_key = s.title_key
      left join authorships f on f.paper_id = p.id and f.position = 1
      left join authors a on a.id = f.author_id
      where (s.paper_id is null or s.is_new)
        and (s.arxiv_id is null or p.arxiv_id is null)
        and (abs(p.published_on - s.published_on) <= 1 or (p.published_on is null and s.published_on is null))
        and ${haveOneFirstAuthor}
      order by s.n, abs(p.published_on - s.published_on), p.id
    ) found
    where s.n = found.n`);
  if (!allSeemNew) await tx.query(sql`update staged set ${asNew} where paper_id is null`);
}

/** Removes staged records of the given papers; returns their index in the batch and their paper. */
export async function dropRecordsOf(
  tx: Transaction,
  paperIds: readonly number[],
): Promise<{ n: number; paperId: number }[]> {
  if (paperIds.length === 0) return [];
  return tx.query(sql`
    delete from staged where paper_id = any(${paperIds}::int[]) returning n, paper_id as "paperId"`);
}

/**
 * Removes all but the first staged record of each paper, so that one statement never merges two; returns the indexes in the
 * batch of records to be staged again.
 */
export async function deferRepeats(tx: Transaction): Promise<number[]> {
  const deferred = await tx.query<{ n: number }>(sql`
    delete from staged s using staged earlier
    where earlier.paper_id = s.paper_id and earlier.n < s.n
    returning s.n`);
  return deferred.map((row) => row.n);
}
