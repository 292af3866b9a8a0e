import type { Db, LiveDb } from "./database";
import { PerKey } from "./per-key";

/**
 * Statements of the same kind that come within one turn of the event loop, from whichever requests, are read as one about
 * the keys of all: under load a crowd costs PostgreSQL hardly more than one of it, and nobody waits longer than for what
 * has arrived with them. A failure is everyone's.
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
  keys: number;
  resolve: (rows: ParentRow[]) => void;
  reject: (error: unknown) => void;
}

interface Shared {
  first: PerKey;
  keys: unknown[];
  readers: Reader[];
}

function sharing(db: Db): Db["read"] {
  const waiting = new Map<string, Shared>();

  function open(first: PerKey): Shared {
    const shared: Shared = { first, keys: [], readers: [] };
    waiting.set(first.kind, shared);
    setImmediate(() => {
      if (waiting.get(first.kind) === shared) waiting.delete(first.kind);
      void run(db, shared);
    });
    return shared;
  }

  return <Row>(statement: Parameters<Db["read"]>[0]) => {
    if (!(statement instanceof PerKey)) return db.read<Row>(statement);
    const found = waiting.get(statement.kind);
    const fits = found && found.keys.length + statement.keys.length <= MAX_KEYS;
    const shared = fits ? found : open(statement);
    shared.keys.push(...statement.keys);
    return new Promise((resolve, reject) => {
      shared.readers.push({
        keys: statement.keys.length,
        resolve: resolve as (rows: ParentRow[]) => void as Reader["resolve"],
        reject,
      });
    });
  };
}

async function run(db: Db, { first, keys, readers }: Shared): Promise<void> {
  try {
    const rows = await db.read<ParentRow>(readers.length === 1 ? first : first.about(keys));
    if (readers.length === 1) readers[0]!.resolve(rows);
    else distribute(rows, readers);
  } catch (error) {
    for (const { reject } of readers) reject(error);
  }
}

/** Gives each reader the rows of its own keys, with their parents counted from its first one. */
function distribute(rows: readonly ParentRow[], readers: readonly Reader[]): void {
  const owners = readers.flatMap((reader, i) => Array<number>(reader.keys).fill(i));
  const firsts = readers.map((_, i) => owners.indexOf(i));
  const shares = readers.map((): ParentRow[] => []);
  for (const row of rows) {
    const owner = owners[row.parent - 1]!;
    row.parent -= firsts[owner]!;
    shares[owner]!.push(row);
  }
  readers.forEach(({ resolve }, i) => {
    resolve(shares[i]!);
  });
}
