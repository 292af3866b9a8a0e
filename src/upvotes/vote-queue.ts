import type { WritableDb } from "../db/database";
import { isFaultOfRow } from "../db/faults";
import { castUpvotes } from "./upvote.service";

/** Casts votes so that a crowd on one paper does not wait for its row one by one. */
export interface VoteQueue {
  /** As `castUpvotes` of one user: idempotent; true when the vote is new. */
  cast(userId: number, paperId: number): Promise<boolean>;
}

interface Waiting {
  userId: number;
  resolve: (isNew: boolean) => void;
  reject: (error: unknown) => void;
}

/** A statement takes at most so many votes: it stays well below its time-out. */
const MAX_BATCH = 500;

/**
 * Group commit for each paper: the first vote goes at once, and what arrives while its statement is in flight rides the
 * next one. Two papers never share a statement, so batches cannot wait for each other's rows in a circle.
 */
export function createVoteQueue(db: WritableDb): VoteQueue {
  const queues = new Map<number, Waiting[]>();

  async function drain(paperId: number, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await castBatch(db, paperId, queue.splice(0, MAX_BATCH));
    queues.delete(paperId);
  }

  return {
    cast(userId, paperId) {
      return new Promise((resolve, reject) => {
        const waiting = { userId, resolve, reject };
        const queue = queues.get(paperId);
        if (queue) queue.push(waiting);
        else {
          const started = [waiting];
          queues.set(paperId, started);
          void drain(paperId, started);
        }
      });
    },
  };
}

/**
 * Tells each voter what became of the vote. A batch that fails for one of them is tried again one by one, so nobody fails
 * for another; one that fails for all, since the paper is locked, say, would fail again after as long a wait for each.
 */
async function castBatch(db: WritableDb, paperId: number, batch: Waiting[]): Promise<void> {
  try {
    const voters = await castUpvotes(
      db,
      batch.map(({ userId }) => userId),
      paperId,
    );
    // Of two requests of one user in a batch, one made the vote.
    for (const { userId, resolve } of batch) resolve(voters.delete(userId));
  } catch (error) {
    const isOfOne = batch.length > 1 && isFaultOfRow(error);
    for (const each of batch) isOfOne ? await castBatch(db, paperId, [each]) : each.reject(error);
  }
}
