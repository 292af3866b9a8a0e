import type { Caller } from "../turns";
import type { Db, LiveDb } from "./database";
import { PerKey } from "./per-key";
import type { Statement } from "./sql";

/**
 * Statements of the same kind that come within one turn of the event loop, from whichever requests, are read as one about
 * the keys of all: under load a crowd costs PostgreSQL hardly more than one of it, and nobody waits longer than for what
 * has arrived with them. A failure is everyone's. What may take long is shared by the requests of one caller only.
 */
export function shareReads(db: LiveDb): LiveDb {
  return { ...db, read: sharing(db), primary: { read: sharing(db.primary) } };
}

/** More keys than that are not put together: whoever asks for little does not wait for much. */
const MAX_KEYS = 100;

interface ParentRow {
  parent: number;
}

/** One of those who share a statement. */
interface Reader {
  /** How many keys stand before the reader's own. */
  before: number;
  rows: ParentRow[];
  resolve: (rows: ParentRow[]) => void;
  reject: (error: unknown) => void;
}

interface Shared {
  first: PerKey;
  /** Whose turn it takes. */
  caller: Caller | undefined;
  keys: unknown[];
  /** Who asked for each of the keys. */
  owners: Reader[];
  readers: Reader[];
}

function sharing(db: Db): Db["read"] {
  const waiting = new Map<string, Shared>();

  function open(kind: string, first: PerKey, caller: Caller | undefined): Shared {
    const shared: Shared = { first, caller, keys: [], owners: [], readers: [] };
    waiting.set(kind, shared);
    setImmediate(() => {
      if (waiting.get(kind) === shared) waiting.delete(kind);
      void run(db, shared);
    });
    return shared;
  }

  return <Row>(statement: Statement, caller?: Caller) => {
    if (!(statement instanceof PerKey)) return db.read<Row>(statement, caller);
    const kind = statement.isLong ? `${caller?.key} ${statement.kind}` : statement.kind;
    const found = waiting.get(kind);
    const fits = found && found.keys.length + statement.keys.length <= MAX_KEYS;
    const { keys, owners, readers } = fits ? found : open(kind, statement, caller);
    return new Promise<Row[]>((resolve, reject) => {
      const reader: Reader = { before: keys.length, rows: [], resolve: resolve as Reader["resolve"], reject };
      readers.push(reader);
      for (const key of statement.keys) {
        keys.push(key);
        owners.push(reader);
      }
    });
  };
}

/** Gives each reader the rows of its own keys, with their parents counted from its first one. */
async function run(db: Db, { first, caller, keys, owners, readers }: Shared): Promise<void> {
  try {
    for (const row of await db.read<ParentRow>(first.about(keys), caller)) {
      const owner = owners[row.parent - 1]!;
      row.parent -= owner.before;
      owner.rows.push(row);
    }
    for (const { resolve, rows } of readers) resolve(rows);
  } catch (error) {
    for (const { reject } of readers) reject(error);
  }
}
