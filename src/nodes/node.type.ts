import { Field, ID, InterfaceType } from "type-graphql";

@InterfaceType({
  description:
    "Anything with a global id: it can be fetched again by `node(id:)` and kept in a client's cache under it.",
  resolveType: (value: { __typename: string }) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, {
    simple: true,
    description:
      "Opaque, globally unique and stable. Do not build or parse it; to link from other data, use natural keys such as arXiv ids.",
  })
  id!: unknown;
}
