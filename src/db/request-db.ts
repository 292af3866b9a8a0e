import type { Turn } from "../async/turns";
import { timedOut } from "../graphql/errors";
import type { Database, Db, Transaction, WritableDb } from "./database";
import type { Statement } from "./sql";

/** The database for one request. */
export interface RequestDb extends WritableDb {
  /** From here on the request reads the primary, which has everything that is committed, never a replica. */
  readPrimary(): void;
}

type Routed = WritableDb & Pick<Database, "primary">;

/** Reads replicas until the request asks for the primary or writes, so that it sees its own writes. */
class RoutedDb implements RequestDb {
  private reads: Db;

  constructor(
    private readonly db: Routed,
    private readonly turn: Turn,
  ) {
    this.reads = db;
  }

  readPrimary = (): void => {
    this.reads = this.db.primary;
  };

  query<Row>(statement: Statement): Promise<Row[]> {
    return this.reads.query(statement, this.turn);
  }

  write<Row>(statement: Statement): Promise<Row[]> {
    this.readPrimary();
    return this.db.write(statement);
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.readPrimary();
    return this.db.transaction(work);
  }

  bulk<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.readPrimary();
    return this.db.bulk(work);
  }
}

/** The turn's key may change later, once the caller is known: each read uses its current value. */
export function openRequestDb(db: Routed, turn: Turn): RequestDb {
  return new RoutedDb(db, turn);
}

/** The database for a part of the process that must never read stale data: workers, HTML pages, events. */
export function onPrimary(db: Routed, part: string): RequestDb {
  const requestDb = openRequestDb(db, { key: part, until: Number.POSITIVE_INFINITY });
  requestDb.readPrimary();
  return requestDb;
}

/** The database for one operation. */
export interface OperationDb extends WritableDb {
  /** Marks a second execution of the operation, in which reads that failed fail again at once. */
  repeat(): void;
}

/**
 * The database for one operation, which has `milliseconds` in total. A statement may take up to `statementTime`, so none
 * begins when less than that is left; a bulk transaction that is not done by the end is no longer awaited. Throws TIMEOUT.
 */
export function withDeadline(db: WritableDb, milliseconds: number, statementTime: number): OperationDb {
  return new Deadline(db, performance.now() + milliseconds, statementTime);
}

class Deadline implements OperationDb {
  /** The errors of failed statements, by text and values. */
  private failed?: Map<string, unknown>;
  private isRepeated = false;

  constructor(
    private readonly db: WritableDb,
    private readonly end: number,
    private readonly statementTime: number,
  ) {}

  async query<Row>(statement: Statement): Promise<Row[]> {
    this.check();
    if (this.isRepeated && this.failed?.has(keyOf(statement))) throw this.failed.get(keyOf(statement));
    try {
      return await this.db.query(statement);
    } catch (error) {
      this.failed ??= new Map();
      this.failed.set(keyOf(statement), error);
      throw error;
    }
  }

  async write<Row>(statement: Statement): Promise<Row[]> {
    this.check();
    return this.db.write(statement);
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.check();
    return this.db.transaction(work);
  }

  async bulk<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.check();
    return before(this.end, this.db.bulk(work));
  }

  repeat(): void {
    this.isRepeated = true;
  }

  private check(): void {
    if (performance.now() > this.end - this.statementTime) throw tooLong();
  }
}

function keyOf({ text, values }: Statement): string {
  return JSON.stringify([text, values]);
}

async function before<T>(end: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLong()), end - performance.now());
  });
  return Promise.race([work, expiry]).finally(() => clearTimeout(timer));
}

function tooLong() {
  return timedOut("This operation took too long and was stopped; request less, or try again later.");
}
