import "reflect-metadata";
import { DataSource } from "typeorm";
import { migrations } from "../../migrations";
import { PostgresNaming } from "./naming";

/** TypeORM's view of a database. Migrations need no entities: they are plain SQL. */
export function createDataSource(url: string, entities: string[] = []): DataSource {
  return new DataSource({
    type: "postgres",
    url,
    entities,
    migrations,
    namingStrategy: new PostgresNaming(),
    installExtensions: false,
    extra: { options: "-c timezone=UTC" },
  });
}
