import type { WritableDb } from "../db/database";
import { rejectionReasonOf } from "../db/postgres-errors";
import { findSeemingNew } from "./merge/match";
import { type MergeResult, mergeRecords } from "./merge/merge";
import type { SourceRecord } from "./source-record";

/** What became of the items of an import. */
export interface ImportReport {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
}

/** Called with what becomes of the items of an import. A location is that in the input. */
export interface ImportCallbacks {
  /** If given, a second record of a paper is rejected, and passed here with the first. */
  onRepeat?: (record: SourceRecord, first: SourceRecord) => void;
  onMerged?: (record: SourceRecord, paperId: number) => void;
  /** Called after each batch, when all items read so far are created, updated, unchanged or rejected. */
  onBatch?: (report: Readonly<ImportReport>) => void;
  onRejected?: (location: string, reason: string) => void;
  /** Called before the import fails, with the location from which on items may not have been merged. */
  onBroken?: (location: string) => void;
}

/** Merges the batches of one import in order, each in its own transaction, and counts what becomes of its items. */
export class BatchMerger {
  readonly report: ImportReport = { read: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 };
  /** The first record of each paper, if repeats are rejected. */
  private readonly firsts = new Map<number, SourceRecord>();

  constructor(
    private readonly db: WritableDb,
    private readonly callbacks: ImportCallbacks,
  ) {}

  reject({ location, reason }: { location: string; reason: string }): void {
    this.countRejected();
    this.callbacks.onRejected?.(location, reason);
  }

  /** Stages a batch at once, and merges it after the batch before, which may have the same papers. */
  async mergeBatch(records: SourceRecord[], batchBefore: Promise<void>): Promise<void> {
    const { onBroken, onBatch } = this.callbacks;
    try {
      await this.mergeAndCount(records, batchBefore);
    } catch (error) {
      // If the batch before failed, its own call has reported that.
      await batchBefore;
      if (records.length > 0) onBroken?.(records[0]!.location);
      throw error;
    }
    if (records.length > 0) onBatch?.(this.report);
  }

  /** Merges records, then those that had to wait for an earlier record of the same paper. */
  private async mergeAndCount(records: SourceRecord[], batchBefore?: Promise<void>): Promise<void> {
    const { report, firsts, callbacks } = this;
    let left = records;
    while (left.length > 0) {
      const result = await this.mergeOrHalve(left, batchBefore);
      report.read += result.merged.length;
      report.created += result.created;
      report.updated += result.updated;
      report.unchanged += result.unchanged;
      for (const { record, paperId } of result.merged) {
        if (callbacks.onRepeat) firsts.set(paperId, record);
        callbacks.onMerged?.(record, paperId);
      }
      for (const { record, paperId } of result.dropped) {
        this.countRejected();
        callbacks.onRepeat?.(record, firsts.get(paperId)!);
      }
      left = result.deferred;
    }
  }

  /** Merges records in a transaction. If the database refuses them, each half is merged on its own; a single one is rejected. */
  private async mergeOrHalve(records: SourceRecord[], batchBefore?: Promise<void>): Promise<MergeResult> {
    try {
      const seemNew = await findSeemingNew(this.db, records);
      return await this.db.bulk((tx) => mergeRecords(tx, records, batchBefore, seemNew, this.firsts));
    } catch (error) {
      // The records may have been refused while they were staged: their halves are merged after the batch before, too.
      await batchBefore;
      const reason = rejectionReasonOf(error);
      if (reason === null) throw error;
      if (records.length === 1) this.reject({ location: records[0]!.location, reason });
      const half = Math.ceil(records.length / 2);
      if (records.length > 1) {
        await this.mergeAndCount(records.slice(0, half));
        await this.mergeAndCount(records.slice(half));
      }
      // The halves are counted already.
      return { created: 0, updated: 0, unchanged: 0, merged: [], dropped: [], deferred: [] };
    }
  }

  private countRejected(): void {
    this.report.read++;
    this.report.rejected++;
  }
}
