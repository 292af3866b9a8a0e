import type { Transaction } from "../db/database";
import { sql } from "../db/sql";
import { touch } from "../live/touch";
import type { PaperLook } from "./look";
import { deferRepeats, match } from "./match";
import { mergeEntries, touchFeedDays } from "./merge-feeds";
import { mergeAuthors, mergeOrganizations } from "./merge-names";
import { insertPapers, rememberLooks, updatePapers } from "./merge-papers";
import { mergeImportedVotes } from "./merge-votes";
import { mergeWords } from "./merge-words";
import { stage } from "./staging";

export interface MergeResult {
  created: number;
  updated: number;
  unchanged: number;
  /** Which paper each look turned out to be of. */
  merged: { look: PaperLook; paperId: number }[];
  /** Looks at a paper that another look of the batch is of too: to be merged after it. */
  deferred: PaperLook[];
}

/**
 * Merges looks into the papers, in the caller's transaction. No two looks may share an arXiv id or a folded title.
 * A newer look replaces what it knows, an older one only fills in, and none replaces known by unknown, so the order of
 * imports does not matter. Merging the same looks again changes nothing. Looks are staged at once, and merged when it is
 * their turn; what those that seem new need is made ready before.
 */
export async function mergeLooks(
  tx: Transaction,
  looks: readonly PaperLook[],
  turn: Promise<unknown> = Promise.resolve(),
  seemNew: ReadonlySet<PaperLook> = new Set(),
): Promise<MergeResult> {
  await stage(tx, looks, seemNew);
  await turn;
  await tx.read(sql`select pg_advisory_xact_lock(hashtext('daily-papers import'))`);
  await match(tx);
  const deferred = await deferRepeats(tx);
  await mergeOrganizations(tx);
  await insertPapers(tx);
  await mergeAuthors(tx);
  await mergeWords(tx);
  await mergeEntries(tx);
  await updatePapers(tx);
  await mergeImportedVotes(tx);
  await rememberLooks(tx);
  await touchFeedDays(tx);
  await tx.read(touch(sql`select paper_id from staged where changed`, { upvotesChanged: false }));
  const [counts] = await tx.read<{ created: number; updated: number; unchanged: number }>(sql`
    select count(*) filter (where is_new)::int as created,
      count(*) filter (where changed and not is_new)::int as updated,
      count(*) filter (where not changed and not is_new)::int as unchanged
    from staged`);
  const merged = await tx.read<{ n: number; paperId: number }>(sql`select n, paper_id as "paperId" from staged`);
  await tx.read(sql`drop table staged`);
  return {
    ...counts!,
    merged: merged.map(({ n, paperId }) => ({ look: looks[n]!, paperId })),
    deferred: deferred.map((n) => looks[n]!),
  };
}
