import { columnsOf } from "../db/columns";
import { join, Sql } from "../db/sql";
import type { NodeType } from "./node-id";

/**
 * The entity's selectable columns with the global id as from `encodeNodeId`: a page has hundreds of rows, and with the id in
 * the row none needs a resolver for it. For letters, digits and a colon, base64 and base64url are the same but for padding.
 */
export function nodeColumnsOf(type: NodeType, entity: new () => object, alias: string): Sql {
  const id = new Sql([`rtrim(encode(('${type}:' || ${alias}.id)::bytea, 'base64'), '=') as "id"`], []);
  return join([id, columnsOf(entity, alias)], ", ");
}
