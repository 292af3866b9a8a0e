import { openDatabase } from "../../src/db/database";
import { loadSample } from "../../src/ingest/sample";
import { createTestDatabase, prepareShared, SAMPLE_TEMPLATE, serverUrl, TEMPLATE, type TestDatabase } from "./database";

const DRAFT = `${SAMPLE_TEMPLATE}_draft`;

/** A database with the sample, cloned from one that the first test file that asks for it fills: that takes seconds. */
export async function createSampleDatabase(): Promise<TestDatabase> {
  await prepareShared(SAMPLE_TEMPLATE, async (server) => {
    const { rowCount } = await server.query("select from pg_database where datname = $1", [SAMPLE_TEMPLATE]);
    if (rowCount) return;
    await server.query(`drop database if exists ${DRAFT} with (force)`);
    await server.query(`create database ${DRAFT} template ${TEMPLATE} strategy file_copy`);
    const db = await openDatabase(serverUrl(DRAFT));
    await loadSample(db, () => {}).finally(() => db.close());
    await server.query(`alter database ${DRAFT} rename to ${SAMPLE_TEMPLATE}`);
  });
  return createTestDatabase(SAMPLE_TEMPLATE);
}
