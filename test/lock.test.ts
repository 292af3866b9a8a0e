import { withLock } from "../src/db/lock";
import { createTestDatabase } from "./support/database";

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
