import type { Caller } from "../turns";
import type { Database, Db, Transaction, WritableDb } from "./database";
import type { Statement } from "./sql";

/** The database as one request sees it. */
export interface Session extends WritableDb {
  /** From here on the request sees everything that is committed: it reads the primary, never a replica. */
  readPrimary(): void;
}

type Routed = WritableDb & Pick<Database, "primary">;

/** Reads replicas, until the request asks for the primary or writes: whoever writes sees it. */
class RoutedSession implements Session {
  private reads: Db;

  constructor(
    private readonly db: Routed,
    private readonly caller: Caller,
  ) {
    this.reads = db;
  }

  readPrimary = (): void => {
    this.reads = this.db.primary;
  };

  read<Row>(statement: Statement): Promise<Row[]> {
    return this.reads.read(statement, this.caller);
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

/** Whose it is may be found out later: the caller's key counts as it is when something is read. */
export function openSession(db: Routed, caller: Caller): Session {
  return new RoutedSession(db, caller);
}

/** The database for what must never see an older state, which part of the process it is: workers, pages for readers, events. */
export function onPrimary(db: Routed, part: string): Session {
  const session = openSession(db, { key: part, until: Number.POSITIVE_INFINITY });
  session.readPrimary();
  return session;
}
