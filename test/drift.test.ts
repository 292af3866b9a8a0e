import { readFileSync } from "node:fs";
import path from "node:path";
import { printApi } from "../src/processes/schema.main";
import { root } from "../src/root";
import { withDataSource } from "./support/data-source";
import { useDatabase } from "./support/use-api";

describe("drift", () => {
  const t = useDatabase();

  test("entities ask for nothing that the migrations did not make", async () => {
    const { upQueries } = await withDataSource(t.db.url, ({ driver }) => driver.createSchemaBuilder().log());
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  test("every table has an entity, and every entity a table", async () => {
    const tables = await t.db.run<{ tablename: string }>(
      "select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations' order by 1",
    );
    const entities = await withDataSource(t.db.url, async ({ entityMetadatas }) =>
      entityMetadatas.map((entity) => entity.tableName),
    );
    expect(tables.map((table) => table.tablename)).toEqual(entities.sort());
  });

  test("migrations go down to nothing and up again", async () => {
    const describeSchema = () =>
      t.db.run<{ relname: string }>(`
        select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace = 'public'::regnamespace and c.relname <> 'migrations'
        order by 1, a.attnum`);
    const before = await describeSchema();
    await withDataSource(t.db.url, async (dataSource) => {
      for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
      expect((await describeSchema()).filter((row) => !row.relname.startsWith("migrations"))).toEqual([]);
      await dataSource.runMigrations({ transaction: "each" });
    });
    expect(await describeSchema()).toEqual(before);
  });

  test("schema.graphql is what the code says: `npm run schema` renews it", () => {
    expect(readFileSync(path.join(root, "schema.graphql"), "utf8")).toBe(printApi());
  });
});
