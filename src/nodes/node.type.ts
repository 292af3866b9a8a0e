import { type GraphQLSchema, isObjectType } from "graphql";
import { Field, ID, InterfaceType } from "type-graphql";
import { encodeNodeId, type NodeType } from "./node-id";

@InterfaceType({
  description:
    "Anything with a global id: it can be fetched again by `node(id:)` and kept in a client's cache under it.",
  resolveType: (value: { __typename: string }) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, {
    description:
      "Opaque, globally unique and stable. Do not build or parse it; third parties use natural keys instead.",
  })
  id!: unknown;
}

/**
 * Makes every node's id of its type and its row's key, unless the row is one that is kept, with its id. A page asks for
 * hundreds, so nothing stands around the function.
 */
export function resolveNodeIds(schema: GraphQLSchema): void {
  const node = schema.getType("Node");
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.getInterfaces().some((each) => each === node)) continue;
    type.getFields().id!.resolve = (row: { id?: number; key?: string; nodeId?: string }) =>
      row.nodeId ?? encodeNodeId(type.name as NodeType, row.id ?? row.key!);
  }
}
