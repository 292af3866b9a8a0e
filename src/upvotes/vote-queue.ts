import { setImmediate as immediate } from "node:timers/promises";
import type { WritableDb } from "../db/database";
import { isConstraintViolation, isLockTimeout } from "../db/postgres-errors";
import type { PaperCompleter } from "../papers/paper-reader";
import { castUpvotes, removeUpvotes, type Voted } from "./upvote.service";

/** Batches votes, so that a crowd on one paper does not wait for its row one by one. */
export interface VoteQueue {
  /** `castUpvotes` for one user: idempotent. */
  cast: ChangeOne;
  /** `removeUpvotes` for one user: idempotent. */
  remove: ChangeOne;
}

/** What became of one user's vote. */
interface VotedOne extends Pick<Voted, "paper"> {
  /** Whether the vote is new, or there was one to remove. */
  changed: boolean;
}

type ChangeOne = (userId: number, paperId: number) => Promise<VotedOne>;
type ChangeMany = (userIds: readonly number[], paperId: number) => Promise<Voted>;

interface Waiting {
  userId: number;
  resolve: (voted: VotedOne) => void;
  reject: (error: unknown) => void;
}

/** The most votes in one statement, which stays well below its time-out. */
const MAX_BATCH = 500;

export function createVoteQueue(db: WritableDb, papers: PaperCompleter, isGrouped = true): VoteQueue {
  const size = isGrouped ? MAX_BATCH : 1;
  return {
    cast: queued((userIds, paperId) => castUpvotes(db, papers, userIds, paperId), size),
    remove: queued((userIds, paperId) => removeUpvotes(db, userIds, paperId), size),
  };
}

/**
 * Group commit for each paper: votes that arrive in one turn of the event loop share a statement, and those that arrive while
 * it is in flight share the next one. Two papers never share a statement, so batches cannot deadlock. With `size` 1 votes
 * still take turns: side by side they would wait for the paper's row, some beyond the lock time-out, on connections that
 * other papers' votes need.
 */
function queued(change: ChangeMany, size: number): ChangeOne {
  const queues = new Map<number, Waiting[]>();

  async function drain(paperId: number, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      // What has arrived beside the vote, or beside the result of the statement before, rides along.
      await immediate();
      await changeBatch(change, paperId, queue.splice(0, size));
    }
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

/** In a crowd of which some vote and others remove their vote, a batch may not get the lock at once. */
const TRIES = 3;

/**
 * Gives each voter their result. A batch that fails is tried again vote by vote, so that no vote fails because of another;
 * one that failed because the paper is locked is tried again whole, since each vote would have to wait as long.
 */
async function changeBatch(change: ChangeMany, paperId: number, batch: Waiting[], tries = TRIES): Promise<void> {
  try {
    const { userIds, paper } = await change(
      batch.map(({ userId }) => userId),
      paperId,
    );
    // Of two requests of one user in a batch, only one made the change.
    for (const { userId, resolve } of batch) resolve({ changed: userIds.delete(userId), paper });
  } catch (error) {
    if (batch.length > 1 && isConstraintViolation(error)) {
      for (const each of batch) await changeBatch(change, paperId, [each]);
    } else if (isLockTimeout(error) && tries > 1) await changeBatch(change, paperId, batch, tries - 1);
    else for (const { reject } of batch) reject(error);
  }
}
