import type { PoolClient } from "pg";
import type { DataSource } from "typeorm";
import { createDataSource } from "./data-source";
import { createReader, type Reader } from "./reader";
import type { Sql } from "./sql";

/** What reading services need. */
export type Db = Pick<Reader, "read">;

/** One transaction on a connection of its own. */
export interface Transaction extends Db {
  client: PoolClient;
}

export interface Database extends Db {
  dataSource: DataSource;
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openDatabase(url: string): Promise<Database> {
  const dataSource = await createDataSource(url).initialize();
  const reader = createReader(url);
  return {
    dataSource,
    read: reader.read,
    async transaction(work) {
      const runner = dataSource.createQueryRunner();
      try {
        const client: PoolClient = await runner.connect();
        await runner.startTransaction();
        const read = async <Row>(statement: Sql): Promise<Row[]> =>
          (await client.query(statement.text, [...statement.values])).rows;
        const result = await work({ client, read });
        await runner.commitTransaction();
        return result;
      } catch (error) {
        if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => {});
        throw error;
      } finally {
        await runner.release();
      }
    },
    async close() {
      await Promise.all([reader.close(), dataSource.destroy()]);
    },
  };
}
