import { LOCKS, withLock } from "../../src/db/locks";
import { migrate } from "../../src/db/migrate";
import { createTestDatabase } from "../support/database";
import { createProxy } from "../support/proxy";

test("work under a lock whose connection is lost ends with an error, and the process goes on", async () => {
  const db = await createTestDatabase();
  const work = withLock(db, "alone", "a lock", async () => {
    const held =
      "select pid from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())";
    await db.run(`select pg_terminate_backend(pid) from (${held}) locks`);
    while ((await db.run(held)).length > 0);
  });
  await expect(work).rejects.toThrow();
  expect(await withLock(db, "alone", "a lock", async () => "done")).toBe("done");
  await db.close();
});

test("a migration whose connection is lost while it waits ends with an error, and the process goes on", async () => {
  const db = await createTestDatabase();
  const proxy = await createProxy(db.url);
  const migrated = withLock(db, "alone", LOCKS.schema, async () => {
    const outcome = migrate(proxy.url).catch((error: Error) => error);
    const waits = `select from pg_stat_activity
      where datname = current_database() and query like 'select pg_try_advisory_lock(%' and pid <> pg_backend_pid()`;
    while ((await db.run(waits)).length === 0);
    proxy.cut();
    return outcome;
  });
  expect(await migrated).toBeInstanceOf(Error);
  expect(await migrate(proxy.url)).toBe(0);
  await proxy.close();
  await db.close();
});
