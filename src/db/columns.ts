import { getMetadataArgsStorage } from "./entity";
import { snakeCase } from "./snake-case";
import { join, Sql, sql } from "./sql";

/** The entity's selectable columns as `p.arxiv_id as "arxivId", ...`, so that rows of plain SQL have the entity's shape. */
export function columnsOf(entity: new () => object, alias: string): Sql {
  const named = selectableColumns(entity).map((column) => {
    const name = column.options.name ?? snakeCase(column.propertyName);
    return new Sql([`${alias}.${name} as "${column.propertyName}"`], []);
  });
  return join(named, ", ", sql`null`);
}

/** The names that the entity's selectable columns have in its rows. */
export function columnNamesOf(entity: new () => object): string[] {
  return selectableColumns(entity).map(({ propertyName }) => propertyName);
}

function selectableColumns(entity: new () => object) {
  return getMetadataArgsStorage().columns.filter(
    (column) => column.target === entity && column.options.select !== false,
  );
}
