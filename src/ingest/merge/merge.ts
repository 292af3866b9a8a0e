import { recordChange } from "../../changes/record-change";
import type { Transaction } from "../../db/database";
import { lockImports } from "../../db/locks";
import { sql } from "../../db/sql";
import type { SourceRecord } from "../source-record";
import { compareWords } from "./compare-words";
import { deferRepeats, dropRecordsOf, match } from "./match";
import { markFeedDaysChanged, mergeEntries } from "./merge-feeds";
import { mergeAuthors, mergeOrganizations } from "./merge-names";
import { insertPapers, saveObservations, updateCounts, updatePapers } from "./merge-papers";
import { mergeVectors } from "./merge-vectors";
import { mergeVersions } from "./merge-versions";
import { mergeImportedVotes } from "./merge-votes";
import { mergeWords } from "./merge-words";
import { stage } from "./staging";

export interface MergeResult {
  created: number;
  updated: number;
  unchanged: number;
  /** The merged records with their papers. */
  merged: { record: SourceRecord; paperId: number }[];
  /** Records of `done` papers, which are not merged. */
  dropped: { record: SourceRecord; paperId: number }[];
  /** Records of the same paper as an earlier record of the batch: to be merged after it. */
  deferred: SourceRecord[];
}

/**
 * Merges records into papers, in the caller's transaction. No two records may share an arXiv id or a normalized title. A
 * record replaces what it has the greatest word on (`word.ts`), and fills in what nobody has said anything of, so the order of
 * imports does not matter. Idempotent. Records are staged at once, with all that new papers need, and merged after
 * `batchBefore`. Records of `done` papers (keyed by id, read after `batchBefore`) are not merged.
 */
export async function mergeRecords(
  tx: Transaction,
  records: readonly SourceRecord[],
  batchBefore: Promise<unknown> = Promise.resolve(),
  seemNew: ReadonlySet<SourceRecord> = new Set(),
  done: ReadonlyMap<number, unknown> = new Map(),
): Promise<MergeResult> {
  await stage(tx, records, seemNew);
  await batchBefore;
  await lockImports(tx);
  await match(tx);
  const dropped = await dropRecordsOf(tx, [...done.keys()]);
  const deferred = await deferRepeats(tx);
  await compareWords(tx);
  await mergeOrganizations(tx);
  await insertPapers(tx);
  await mergeAuthors(tx);
  if (records.some(({ versions }) => versions?.length)) await mergeVersions(tx);
  await mergeWords(tx);
  await mergeEntries(tx);
  await updatePapers(tx);
  await mergeVectors(tx);
  await updateCounts(tx);
  await mergeImportedVotes(tx);
  await saveObservations(tx);
  await markFeedDaysChanged(tx);
  const changed = sql`select paper_id, votes_changed from staged where changed`;
  await tx.query(recordChange(changed, { upvotesChanged: sql`votes_changed` }));
  const [counts] = await tx.query<{ created: number; updated: number; unchanged: number }>(sql`
    select count(*) filter (where is_new)::int as created,
      count(*) filter (where changed and not is_new)::int as updated,
      count(*) filter (where not changed and not is_new)::int as unchanged
    from staged`);
  const merged = await tx.query<{ n: number; paperId: number }>(sql`select n, paper_id as "paperId" from staged`);
  await tx.query(sql`drop table staged`);
  return {
    ...counts!,
    merged: merged.map(({ n, paperId }) => ({ record: records[n]!, paperId })),
    dropped: dropped.map(({ n, paperId }) => ({ record: records[n]!, paperId })),
    deferred: deferred.map((n) => records[n]!),
  };
}
