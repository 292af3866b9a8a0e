import type { WritableDb } from "../db/database";
import { isFaultOfRow, isLockTimeout } from "../db/faults";
import { castUpvotes, removeUpvotes } from "./upvote.service";

/** Changes votes so that a crowd on one paper does not wait for its row one by one. */
export interface VoteQueue {
  /** As `castUpvotes` of one user: idempotent; true when the vote is new. */
  cast: ChangeOne;
  /** As `removeUpvotes` of one user: idempotent; true when there was a vote. */
  remove: ChangeOne;
}

type ChangeOne = (userId: number, paperId: number) => Promise<boolean>;
/** Gives the users for whom it changed something. */
type ChangeMany = (db: WritableDb, userIds: readonly number[], paperId: number) => Promise<Set<number>>;

interface Waiting {
  userId: number;
  resolve: (hasChanged: boolean) => void;
  reject: (error: unknown) => void;
}

/** A statement takes at most so many votes: it stays well below its time-out. */
const MAX_BATCH = 500;

export function createVoteQueue(db: WritableDb, isGrouped = true): VoteQueue {
  const size = isGrouped ? MAX_BATCH : 1;
  return { cast: queued(db, castUpvotes, size), remove: queued(db, removeUpvotes, size) };
}

/**
 * Group commit for each paper: the first vote goes at once, and what arrives while its statement is in flight rides the
 * next one. Two papers never share a statement, so batches cannot wait for each other's rows in a circle. Batches of one
 * take their turns too: side by side they would wait for the paper's row, some of them for longer than a lock may take,
 * on connections that other papers' votes need.
 */
function queued(db: WritableDb, change: ChangeMany, size: number): ChangeOne {
  const queues = new Map<number, Waiting[]>();

  async function drain(paperId: number, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await changeBatch(db, change, paperId, queue.splice(0, size));
    queues.delete(paperId);
  }

  return (userId, paperId) =>
    new Promise((resolve, reject) => {
      const waiting = { userId, resolve, reject };
      const queue = queues.get(paperId);
      if (queue) queue.push(waiting);
      else {
        const started = [waiting];
        queues.set(paperId, started);
        void drain(paperId, started);
      }
    });
}

/** In a crowd of which some vote and others take it back, a batch may not get its turn at once. */
const TRIES = 3;

/**
 * Tells each voter what became of the vote. A batch that fails for one of them is tried again one by one, so nobody fails
 * for another; one for which the paper is locked is tried again together, since each would have to wait as long.
 */
async function changeBatch(
  db: WritableDb,
  change: ChangeMany,
  paperId: number,
  batch: Waiting[],
  tries = TRIES,
): Promise<void> {
  try {
    const voters = await change(
      db,
      batch.map(({ userId }) => userId),
      paperId,
    );
    // Of two requests of one user in a batch, one made the change.
    for (const { userId, resolve } of batch) resolve(voters.delete(userId));
  } catch (error) {
    if (batch.length > 1 && isFaultOfRow(error)) {
      for (const each of batch) await changeBatch(db, change, paperId, [each]);
    } else if (isLockTimeout(error) && tries > 1) await changeBatch(db, change, paperId, batch, tries - 1);
    else for (const { reject } of batch) reject(error);
  }
}
