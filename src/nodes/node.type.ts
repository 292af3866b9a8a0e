import { InterfaceType } from "type-graphql";

@InterfaceType({
  description:
    "Anything with a global id: it can be fetched again by `node(id:)` and kept in a client's cache under it.",
  resolveType: (value: { __typename: string }) => value.__typename,
})
export abstract class Node {}
