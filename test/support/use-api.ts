import type { AppOptions } from "../../src/app";
import type { Database } from "../../src/db/database";
import { startApi, type TestApi } from "./api";
import { createTestDatabase, type TestDatabase } from "./database";

type Options = Partial<AppOptions>;
type Given<Db> = Options | ((before: Used<Db>) => Options | Promise<Options>);

interface Closable {
  close(): unknown;
}

/** What the tests of a file, or of a `describe`, share: there from their `beforeAll` on, closed after the last of them. */
interface Used<Db> {
  readonly db: Db;
  /** Has something else closed after the tests, before what was opened earlier, which it may need. */
  use<T extends Closable>(opened: T): T;
}

export interface UsedApi<Db = TestDatabase> extends Used<Db> {
  readonly api: TestApi;
}

/** A database of their own for the tests that follow. */
export function useDatabase(open: () => Promise<TestDatabase> = () => createTestDatabase()): Used<TestDatabase> {
  return useOpened(open);
}

/** A database of any kind. */
export function useOpened<Db extends Database>(open: () => Promise<Db>): Used<Db> {
  const opened: Closable[] = [];
  const use = <T extends Closable>(each: T): T => {
    opened.push(each);
    return each;
  };
  let db: Db | undefined;
  beforeAll(async () => {
    db = use(await open());
  });
  afterAll(() => closeAll(opened));
  return {
    use,
    get db() {
      return afterOpening(db);
    },
  };
}

/**
 * A database and an API of their own for the tests that follow. Options that need what earlier hooks open, or what has to be
 * there before the API, are a function's.
 */
export function useApi(options: Given<TestDatabase> = {}): UsedApi {
  return useApiOn(() => createTestDatabase(), options);
}

/** An API on a database of any kind. */
export function useApiOn<Db extends Database>(open: () => Promise<Db>, options: Given<Db> = {}): UsedApi<Db> {
  const used = useOpened(open);
  let api: TestApi | undefined;
  beforeAll(async () => {
    const given = typeof options === "function" ? await options(used) : options;
    api = used.use(await startApi(used.db, given));
  });
  return {
    use: used.use,
    get db() {
      return used.db;
    },
    get api() {
      return afterOpening(api);
    },
  };
}

function afterOpening<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("It is opened before the tests: only they and later hooks can read it.");
  return value;
}

/** The last first; what fails to close keeps nothing else open. */
async function closeAll(opened: Closable[]): Promise<void> {
  const last = opened.pop();
  if (!last) return;
  try {
    await last.close();
  } finally {
    await closeAll(opened);
  }
}
