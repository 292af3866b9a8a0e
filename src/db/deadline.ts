import { timedOut } from "../errors";
import type { WritableDb } from "./database";

/**
 * The database as one operation sees it, which has `milliseconds` for all it does. A statement may take up to
 * `statementTime`, so none begins when less than that is left; a bulk transaction is no longer waited for at the end.
 */
export function withDeadline(db: WritableDb, milliseconds: number, statementTime: number): WritableDb {
  const end = performance.now() + milliseconds;
  const check = () => {
    if (performance.now() > end - statementTime) throw tooLong();
  };
  return {
    read: async (statement) => {
      check();
      return db.read(statement);
    },
    write: async (statement) => {
      check();
      return db.write(statement);
    },
    transaction: async (work) => {
      check();
      return db.transaction(work);
    },
    bulk: async (work) => {
      check();
      return before(end, db.bulk(work));
    },
  };
}

async function before<T>(end: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLong()), end - performance.now());
  });
  return Promise.race([work, expiry]).finally(() => clearTimeout(timer));
}

function tooLong() {
  return timedOut("This operation took too long and was given up; ask for less, or try again later.");
}
