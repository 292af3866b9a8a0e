import "reflect-metadata";
import { DataSource } from "typeorm";
import { migrations } from "../../migrations";
import { PostgresNaming } from "./naming";
import { startupConfig } from "./startup";

/** TypeORM's view of a database. Migrations need no entities: they are plain SQL. */
export function createDataSource(url: string, entities: string[] = []): DataSource {
  const { connectionString, options } = startupConfig(url);
  return new DataSource({
    type: "postgres",
    url: connectionString,
    entities,
    migrations,
    namingStrategy: new PostgresNaming(),
    installExtensions: false,
    extra: { options },
  });
}
