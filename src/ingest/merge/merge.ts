import { recordChange } from "../../changes/record-change";
import type { Transaction } from "../../db/database";
import { lockImports } from "../../db/locks";
import { sql } from "../../db/sql";
import type { SourceRecord } from "../source-record";
import { compareWords } from "./compare-words";
import { deferRepeats, dropRecordsOf, match } from "./match";
import { countFeatured, countOfCategories, countOfOrganizations } from "./merge-counts";
import { markFeedDaysChanged, mergeEntries } from "./merge-feeds";
import { mergeAuthors, mergeOrganizations } from "./merge-names";
import { insertPapers, saveObservations, updateCounts, updatePapers } from "./merge-papers";
import { mergeTopics } from "./merge-topics";
import { writeChangedVectors, writeNewVectors } from "./merge-vectors";
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
  const has = (part: (record: SourceRecord) => unknown) => records.some(part);
  const allSeemNew = seemNew.size === records.length;
  await stage(tx, records, seemNew);
  await batchBefore;
  await lockImports(tx);
  await match(tx, { haveIds: has(({ arxivId }) => arxivId), allSeemNew });
  const dropped = await dropRecordsOf(tx, [...done.keys()]);
  const deferred = records.length > 1 ? await deferRepeats(tx) : [];
  // Statements of what there is not are left out: for a few records, to plan them takes most of the time.
  const { areNew, areKnown } = await kindsOf(tx);
  if (areKnown) await compareWords(tx);
  if (has(({ organization }) => organization)) {
    await mergeOrganizations(tx);
    await countOfOrganizations(tx);
  }
  if (has(({ categories }) => categories?.length)) await countOfCategories(tx);
  if (has(({ keywords }) => keywords?.length)) await mergeTopics(tx);
  if (areNew) await insertPapers(tx);
  if (has(({ authors }) => authors?.length)) await mergeAuthors(tx);
  if (has(({ versions }) => versions?.length)) await mergeVersions(tx);
  await mergeWords(tx);
  const areFeatured = has(({ featured }) => featured);
  if (areFeatured) {
    await countFeatured(tx);
    await mergeEntries(tx, areKnown);
  }
  if (areKnown) await updatePapers(tx);
  if (areNew) await writeNewVectors(tx);
  if (areKnown || !allSeemNew) await writeChangedVectors(tx);
  if (areKnown) await updateCounts(tx);
  if (areKnown || has(({ upvotes }) => upvotes)) await mergeImportedVotes(tx, areKnown);
  await saveObservations(tx);
  if (areKnown || areFeatured) await markFeedDaysChanged(tx);
  const changed = sql`select paper_id, votes_changed from staged where changed`;
  await tx.query(recordChange(changed, { upvotesChanged: sql`votes_changed` }));
  const merged = await tx.query<{ n: number; paperId: number; isNew: boolean; changed: boolean }>(sql`
    select n, paper_id as "paperId", is_new as "isNew", changed from staged`);
  return {
    created: merged.filter(({ isNew }) => isNew).length,
    updated: merged.filter((each) => each.changed && !each.isNew).length,
    unchanged: merged.filter((each) => !each.changed && !each.isNew).length,
    merged: merged.map(({ n, paperId }) => ({ record: records[n]!, paperId })),
    dropped: dropped.map(({ n, paperId }) => ({ record: records[n]!, paperId })),
    deferred: deferred.map((n) => records[n]!),
  };
}

/** Whether some of the staged records are of new papers, and some of known ones. */
async function kindsOf(tx: Transaction): Promise<{ areNew: boolean; areKnown: boolean }> {
  const [kinds] = await tx.query<{ areNew: boolean; areKnown: boolean }>(sql`
    select coalesce(bool_or(is_new), false) as "areNew", coalesce(bool_or(not is_new), false) as "areKnown" from staged`);
  return kinds!;
}
