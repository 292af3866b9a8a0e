import { getMetadataArgsStorage } from "./entity";
import { snakeCase } from "./snake-case";
import { join, Sql, sql } from "./sql";

/** The entity's selectable columns as `p.arxiv_id as "arxivId", ...`, so that rows of plain SQL have the entity's shape. */
export function columnsOf(entity: new () => object, alias: string): Sql {
  const columns = getMetadataArgsStorage().columns.filter(
    (column) => column.target === entity && column.options.select !== false,
  );
  const named = columns.map((column) => {
    const name = column.options.name ?? snakeCase(column.propertyName);
    return new Sql([`${alias}.${name} as "${column.propertyName}"`], []);
  });
  return join(named, ", ", sql`null`);
}
