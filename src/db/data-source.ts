import "reflect-metadata";
import path from "node:path";
import { DataSource } from "typeorm";
import { MIGRATIONS } from "./migrations";
import { PostgresNaming } from "./naming";

/** TypeORM's view of a database, for migrations: it knows the entities and what is to be run. */
export function createDataSource(url: string): DataSource {
  return new DataSource({
    type: "postgres",
    url,
    entities: [path.join(__dirname, "../**/*.entity.{ts,js}")],
    migrations: [path.join(MIGRATIONS, "*.{ts,js}")],
    namingStrategy: new PostgresNaming(),
    installExtensions: false,
    extra: { options: "-c timezone=UTC" },
  });
}
