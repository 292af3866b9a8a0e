import { columnsOf } from "../db/columns";
import { join, Sql } from "../db/sql";
import type { NodeType } from "./node-id";

/**
 * The entity's selectable columns with the global id that `encodeNodeId` gives: a page shows hundreds, and a row that
 * brings its id needs no resolver for it. Of letters, digits and a colon, base64 makes no character that base64url writes
 * otherwise.
 */
export function nodeColumnsOf(type: NodeType, entity: new () => object, alias: string): Sql {
  const id = new Sql([`rtrim(encode(('${type}:' || ${alias}.id)::bytea, 'base64'), '=') as "id"`], []);
  return join([id, columnsOf(entity, alias)], ", ");
}
