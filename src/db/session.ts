import type { Database, Db, WritableDb } from "./database";

/** The database as one request sees it. */
export interface Session extends WritableDb {
  /** From here on the request sees everything that is committed: it reads the primary, never a replica. */
  readPrimary(): void;
}

type Routed = WritableDb & Pick<Database, "primary">;

/** Reads replicas, until the request asks for the primary or writes: whoever writes sees it. */
export function openSession(db: Routed): Session {
  let reads: Db = db;
  const readPrimary = () => {
    reads = db.primary;
  };
  return {
    readPrimary,
    read: (statement) => reads.read(statement),
    write(statement) {
      readPrimary();
      return db.write(statement);
    },
    transaction(work) {
      readPrimary();
      return db.transaction(work);
    },
    bulk(work) {
      readPrimary();
      return db.bulk(work);
    },
  };
}

/** The database for what must never see an older state: workers, pages for readers, events. */
export function onPrimary(db: Routed): Session {
  const session = openSession(db);
  session.readPrimary();
  return session;
}
