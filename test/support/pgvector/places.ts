import type { Db } from "../../../src/db/database";
import { createLog } from "../../../src/log";
import { DatabaseIndex } from "../../../src/meaning/index/database-index";
import { MemoryIndex } from "../../../src/meaning/index/memory-index";
import { addVectorColumn } from "../../../src/meaning/index/vector-column";
import type { VectorIndex } from "../../../src/meaning/vector-index";
import { createTestDatabase, type TestDatabase } from "../database";
import { openPglite } from "./pglite";

/** Where papers are compared. */
export interface Place {
  /** A database of the test file's own. */
  open(): Promise<TestDatabase>;
  index(db: Db, model: string): VectorIndex;
}

const memory: Place = { open: () => createTestDatabase(), index: (db, model) => new MemoryIndex(db, model) };
const database: Place = { open: openWithPgvector, index: (db, model) => new DatabaseIndex(db, model) };

/** The same tests of papers that are compared in memory, and in a database that has pgvector. */
export function describeByPlace(name: string, suite: (place: Place) => void): void {
  describe(`${name}, in memory`, () => suite(memory));
  describe(`${name}, in the database by pgvector`, () => suite(database));
}

/** Whether the server of DATABASE_URL has pgvector; the embedded one never has. */
const hasPgvector = process.env.TEST_SERVER_HAS_PGVECTOR === "on";
/** `describe` of tests that need several sessions at a time, skipped where only PGlite has pgvector; the name of the suite says so. */
export const describeWithPgvector = hasPgvector ? describe : (describe.skip as typeof describe);
export const pgvectorNotice = hasPgvector ? "" : " (skipped: the tests' PostgreSQL has no pgvector)";

/** A database in which papers are compared by pgvector: of the tests' server if that has it, else PGlite's. */
async function openWithPgvector(): Promise<TestDatabase> {
  const db = await (hasPgvector ? createTestDatabase() : openPglite());
  await db.run("create extension vector");
  await addVectorColumn(db, createLog("silent"));
  return db;
}
