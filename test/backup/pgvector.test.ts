import path from "node:path";
import { backUp } from "../../src/backup/backup.service";
import { restore } from "../../src/backup/restore.service";
import { openDatabase } from "../../src/db/database";
import { sql } from "../../src/db/sql";
import { createLog } from "../../src/log";
import { addVectorColumn, hasVectorColumn } from "../../src/meaning/index/vector-column";
import { admin, serverUrl, TEMPLATE } from "../support/database";
import { importRecords, sourceRecord } from "../support/factories";
import { describeWithPgvector, pgvectorNotice } from "../support/pgvector/places";
import { temporaryFolder } from "../support/processes";

describeWithPgvector(`a backup, and pgvector${pgvectorNotice}`, () => {
  const name = `daily_papers_test_pgvector_${process.pid}`;
  const url = serverUrl(name);
  afterAll(() => admin(`drop database if exists ${name} with (force)`));

  test("is restored where the extension is, with the column from the next start on, and where it is not", async () => {
    const { folder, remove } = await temporaryFolder();
    await admin(`create database ${name} template ${TEMPLATE}`);
    const withDb = async <T>(work: (db: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>): Promise<T> => {
      const db = await openDatabase(url);
      return work(db).finally(db.close);
    };
    const start = () => withDb((db) => addVectorColumn(db, createLog("silent")));
    const state = () =>
      withDb(async (db) => {
        const [found] = await db.query<{ has: boolean }>(sql`select ${hasVectorColumn()} as has`);
        const [vectors] = await db.query<{ count: number }>(sql`select count(*)::int as count from paper_vectors`);
        return { hasColumn: found!.has, vectors: vectors!.count };
      });
    await withDb((db) => db.pool.query("create extension vector"));
    await start();
    await withDb((db) => importRecords(db, [sourceRecord(), sourceRecord()]));
    expect(await state()).toEqual({ hasColumn: true, vectors: 2 });

    const file = path.join(folder, "backup.gz");
    await withDb((db) => backUp(db, file));
    await restore(url, file, { replace: true });
    expect(await state()).toEqual({ hasColumn: false, vectors: 2 });
    await start();
    expect(await state()).toEqual({ hasColumn: true, vectors: 2 });

    await withDb((db) => db.pool.query("drop extension vector cascade"));
    await restore(url, file, { replace: true });
    await start();
    expect(await state()).toEqual({ hasColumn: false, vectors: 2 });
    await remove();
  });
});
