import type { GraphQLError } from "graphql";
import { rateLimited } from "../errors";
import type { Limits } from "../limits";
import { type Caller, Turns } from "../turns";

const RETRY_AFTER_SECONDS = 2;
/** Whoever is alone may have so many times as much under way: what it takes to keep process and database busy. */
const ALONE = 50;
/** Beside others, a caller's documents are read in a quarter of the time at most. */
const RESTS = 3;

/** The process has one thread, which nobody may have for long while others wait. */
export interface Shares {
  /**
   * Waits until an operation's points may be under way beside those of the caller's others; what it resolves with must be
   * called when the operation is over. Throws RATE_LIMITED.
   */
  enter(caller: Caller, points: number): Promise<() => void>;
  /**
   * Waits for the caller's turn to have a document read: to parse, validate or compile it takes milliseconds in which
   * nothing else is done. One is read in each turn of the event loop, right when this resolves. Throws RATE_LIMITED.
   */
  read(caller: Caller): Promise<void>;
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
    enter: (caller, points) => operations.take(caller, points),
    async read(caller) {
      const endRest = await ownDocuments.take(caller);
      const end = await documents.take(caller).catch((error) => {
        endRest();
        throw error;
      });
      const start = process.cpuUsage();
      // What is read now is read by then.
      setImmediate(() => {
        const { user, system } = process.cpuUsage(start);
        const took = (user + system) / 1000;
        end();
        if (operations.isAlone(caller.key)) endRest();
        else setTimeout(endRest, took * RESTS);
      });
    },
  };
}

function tooMuch(): GraphQLError {
  return rateLimited(
    "You ask for more at once than is done for one caller at a time; wait for the answers to your other operations.",
    RETRY_AFTER_SECONDS,
  );
}
