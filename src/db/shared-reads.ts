import type { Turn } from "../async/turns";
import type { Db, LiveDb } from "./database";
import { KeyedStatement } from "./keyed-statement";
import type { Statement } from "./sql";

/**
 * Merges keyed statements of the same kind within one cycle of the event loop, from any requests, into one for all their
 * keys: under load many requests cost PostgreSQL hardly more than one, and none waits for later ones. A failure fails them
 * all. Long statements are only merged among the requests of one caller.
 */
export function shareReads(db: LiveDb): LiveDb {
  return { ...db, query: sharing(db), primary: { query: sharing(db.primary) } };
}

/** Most keys of a merged statement, so that a small read does not wait for a large one. */
const MAX_KEYS = 100;

interface ParentRow {
  parent: number;
}

/** One of the reads that share a statement. */
interface Reader {
  /** The number of keys before the reader's own. */
  before: number;
  rows: ParentRow[];
  resolve: (rows: ParentRow[]) => void;
  reject: (error: unknown) => void;
}

interface Shared {
  first: KeyedStatement;
  /** The turn of the first reader, which counts for all. */
  turn: Turn | undefined;
  keys: unknown[];
  /** The reader of each key. */
  owners: Reader[];
  readers: Reader[];
}

function sharing(db: Db): Db["query"] {
  const waiting = new Map<string, Shared>();

  function open(kind: string, first: KeyedStatement, turn: Turn | undefined): Shared {
    const shared: Shared = { first, turn, keys: [], owners: [], readers: [] };
    waiting.set(kind, shared);
    setImmediate(() => {
      if (waiting.get(kind) === shared) waiting.delete(kind);
      void run(db, shared);
    });
    return shared;
  }

  return <Row>(statement: Statement, turn?: Turn) => {
    if (!(statement instanceof KeyedStatement)) return db.query<Row>(statement, turn);
    const kind = statement.isLong ? `${turn?.key} ${statement.kind}` : statement.kind;
    const found = waiting.get(kind);
    const fits = found && found.keys.length + statement.keys.length <= MAX_KEYS;
    const { keys, owners, readers } = fits ? found : open(kind, statement, turn);
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

/** Gives each reader the rows of its own keys, with `parent` counted from its first key. */
async function run(db: Db, { first, turn, keys, owners, readers }: Shared): Promise<void> {
  try {
    for (const row of await db.query<ParentRow>(first.about(keys), turn)) {
      const owner = owners[row.parent - 1]!;
      row.parent -= owner.before;
      owner.rows.push(row);
    }
    for (const { resolve, rows } of readers) resolve(rows);
  } catch (error) {
    for (const { reject } of readers) reject(error);
  }
}
