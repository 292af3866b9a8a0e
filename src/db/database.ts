import { Pool, type PoolClient } from "pg";
import type { DataSource } from "typeorm";
import { createDataSource } from "./data-source";
import { createReader, type Reader } from "./reader";
import type { Sql } from "./sql";

/** What reading services need. */
export type Db = Pick<Reader, "read">;

/** What services that change something need. */
export interface WritableDb extends Db {
  /** One statement that changes rows, on connections of its own: one that waits for a lock holds up no read. */
  write<Row>(statement: Sql): Promise<Row[]>;
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** One transaction on a connection of its own. */
export interface Transaction extends Db {
  client: PoolClient;
}

export interface Database extends WritableDb {
  dataSource: DataSource;
  close(): Promise<void>;
}

const WRITE_CONNECTIONS = 5;

export async function openDatabase(url: string): Promise<Database> {
  const dataSource = await createDataSource(url).initialize();
  const reader = createReader(url);
  const writers = new Pool({
    connectionString: url,
    max: WRITE_CONNECTIONS,
    options: "-c timezone=UTC",
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  writers.on("error", () => {});
  return {
    dataSource,
    read: reader.read,
    write: async <Row>(statement: Sql): Promise<Row[]> =>
      (await writers.query(statement.text, [...statement.values])).rows,
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
      await Promise.all([reader.close(), writers.end(), dataSource.destroy()]);
    },
  };
}
