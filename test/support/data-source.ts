import type { DataSource } from "typeorm";
import { createDataSource } from "../../src/db/data-source";

/** Does something with TypeORM's view of a database. */
export async function withDataSource<T>(url: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await createDataSource(url).initialize();
  return work(dataSource).finally(() => dataSource.destroy());
}
