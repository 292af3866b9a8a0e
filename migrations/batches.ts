import type { QueryRunner } from "typeorm";

/**
 * Goes through a table in batches, each in a transaction of its own unless one is open: `work` gets the id that the batch
 * begins behind, and gives its last id, null when none is left. Imports wait for each batch, since they lock several rows, too,
 * and change what is read; nobody else waits for longer than for one batch.
 */
export async function inBatches(runner: QueryRunner, work: (after: number) => Promise<number | null>): Promise<void> {
  for (let last: number | null = 0; last !== null; ) {
    const isOwn = !runner.isTransactionActive;
    if (isOwn) await runner.startTransaction();
    try {
      await runner.query("select pg_advisory_xact_lock(hashtext('daily-papers import'))");
      last = await work(last);
      if (isOwn) await runner.commitTransaction();
    } catch (error) {
      if (isOwn) await runner.rollbackTransaction();
      throw error;
    }
  }
}
