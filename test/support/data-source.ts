import path from "node:path";
import type { DataSource } from "typeorm";
import { createDataSource } from "../../src/db/data-source";
import { root } from "../../src/root";

/** TypeORM's view of a database, with all entities. */
export function openDataSource(url: string): Promise<DataSource> {
  return createDataSource(url, [path.join(root, "src/**/*.entity.ts")]).initialize();
}

/** Does something with TypeORM's view of a database. */
export async function withDataSource<T>(url: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await openDataSource(url);
  return work(dataSource).finally(() => dataSource.destroy());
}
