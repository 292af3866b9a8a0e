import { connect } from "../../src/db/connect";
import type { Database } from "../../src/db/database";
import { createTestDatabase } from "./database";
import { createTestCluster, describeWithPostgres, postgresNotice } from "./postgres";

/** The same tests by the embedded PostgreSQL and by an installed one of another locale: words are found alike by both. */
export function describeOnServers(name: string, suite: (open: () => Promise<Database>) => void): void {
  describe(`${name}: the embedded PostgreSQL`, () => {
    suite(createTestDatabase);
  });
  describeWithPostgres(`${name}: PostgreSQL with C.UTF-8${postgresNotice}`, () => {
    suite(async () => {
      const cluster = await createTestCluster("C.UTF-8");
      await cluster.createDatabase("printed");
      const db = await connect({ databaseUrl: cluster.url("printed"), dataDir: cluster.folder, log: () => {} });
      return {
        ...db,
        async close() {
          await db.close();
          await cluster.close();
        },
      };
    });
  });
}
