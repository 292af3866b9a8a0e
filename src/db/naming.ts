import { DefaultNamingStrategy, type NamingStrategyInterface, type Table } from "typeorm";
import { snakeCase } from "./snake-case";

function tableName(table: Table | string): string {
  return (typeof table === "string" ? table : table.name).split(".").pop()!;
}

/** Names columns in snake_case and constraints as PostgreSQL itself does, so that plain SQL and entities agree. */
export class PostgresNaming extends DefaultNamingStrategy implements NamingStrategyInterface {
  override columnName(property: string, custom: string | undefined): string {
    return custom ?? snakeCase(property);
  }
  override primaryKeyName(table: Table | string): string {
    return `${tableName(table)}_pkey`;
  }
  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return `${tableName(table)}_${columns.join("_")}_key`;
  }
  override foreignKeyName(table: Table | string, columns: string[]): string {
    return `${tableName(table)}_${columns.join("_")}_fkey`;
  }
  override indexName(table: Table | string, columns: string[]): string {
    return `${tableName(table)}_${columns.join("_")}_idx`;
  }
}
