import { timedOut } from "../errors";
import type { Transaction, WritableDb } from "./database";
import type { Statement } from "./sql";

/** The database for one operation. */
export interface OperationDb extends WritableDb {
  /** The operation is executed once more: reads that failed fail again, at once. */
  repeat(): void;
}

/**
 * The database as one operation sees it, which has `milliseconds` for all it does. A statement may take up to
 * `statementTime`, so none begins when less than that is left; a bulk transaction is no longer waited for at the end.
 */
export function withDeadline(db: WritableDb, milliseconds: number, statementTime: number): OperationDb {
  return new Deadline(db, performance.now() + milliseconds, statementTime);
}

class Deadline implements OperationDb {
  /** By its text and values, what a statement failed with. */
  private failed?: Map<string, unknown>;
  private isRepeated = false;

  constructor(
    private readonly db: WritableDb,
    private readonly end: number,
    private readonly statementTime: number,
  ) {}

  async read<Row>(statement: Statement): Promise<Row[]> {
    this.check();
    if (this.isRepeated && this.failed?.has(keyOf(statement))) throw this.failed.get(keyOf(statement));
    try {
      return await this.db.read(statement);
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
  return timedOut("This operation took too long and was given up; ask for less, or try again later.");
}
