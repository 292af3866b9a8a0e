import { createDataSource, migrate } from "../../src/db/data-source";

/** Brings an empty database up to date. */
export async function makeMigrated(url: string): Promise<void> {
  const dataSource = await createDataSource(url).initialize();
  await migrate(dataSource, url);
  await dataSource.destroy();
}
