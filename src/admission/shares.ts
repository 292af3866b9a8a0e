import type { GraphQLError } from "graphql";
import { type Turn, Turns } from "../async/turns";
import type { Limits } from "../config/limits";
import { rateLimited } from "../graphql/errors";

const RETRY_AFTER_SECONDS = 2;
/** Factor by which the share of a caller grows while it is alone, enough to keep process and database busy. */
const ALONE = 50;
/** Pause after a caller's document beside others, in multiples of its CPU time: documents take a quarter of the time at most. */
const RESTS = 3;

/** Gives each caller a share of the process's one thread, so that none occupies it for long while others wait. */
export interface Shares {
  /**
   * Waits until an operation's points fit into the caller's share beside its other operations; call the function that it
   * resolves with when the operation is over. Throws RATE_LIMITED.
   */
  enter(turn: Turn, points: number): Promise<() => void>;
  /**
   * Waits for the caller's turn to read a document: parsing, validating or compiling it blocks the event loop for
   * milliseconds. One is read in each cycle of the event loop, right after this resolves. Throws RATE_LIMITED.
   */
  waitToParse(turn: Turn): Promise<void>;
}

export function createShares({ MAX_POINTS_AT_ONCE, MAX_WAITING_OPERATIONS }: Limits): Shares {
  const sharing = { all: Number.POSITIVE_INFINITY, waiting: MAX_WAITING_OPERATIONS, refuse: () => tooMuch() };
  const operations = new Turns({
    ...sharing,
    each: MAX_POINTS_AT_ONCE,
    eachAlone: ALONE * MAX_POINTS_AT_ONCE,
  });
  const ownDocuments = new Turns({ ...sharing, each: 1 });
  const documents = new Turns({ ...sharing, all: 1, each: 1 });
  return {
    enter: (turn, points) => operations.take(turn, points),
    async waitToParse(turn) {
      const endRest = await ownDocuments.take(turn);
      const end = await documents.take(turn).catch((error) => {
        endRest();
        throw error;
      });
      const start = process.cpuUsage();
      // The document is read by then.
      setImmediate(() => {
        const { user, system } = process.cpuUsage(start);
        const took = (user + system) / 1000;
        end();
        if (operations.isAlone(turn.key)) endRest();
        else setTimeout(endRest, took * RESTS);
      });
    },
  };
}

function tooMuch(): GraphQLError {
  return rateLimited(
    "Too many of your operations are running or waiting; wait for the responses to some of them.",
    RETRY_AFTER_SECONDS,
  );
}
