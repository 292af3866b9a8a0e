import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import type { Context } from "../context";
import { spanOfKey } from "../feeds/period";
import { badUserInput } from "../graphql/errors";
import { rowsCost } from "../paging/page-cost";
import { findOwnWebhook } from "../webhooks/webhook.service";
import { Node } from "./node.type";
import { decodeNodeId, decodeNodeKey, type NodeType } from "./node-id";

const MAX_BATCH = 100;
/** Points for finding the type of each node. */
const KIND_COST = 10;

/** Reads each type of node by the key in its id; null where there is none. */
const readers: Record<NodeType, (context: Context, id: string, key: string) => Promise<object | null> | object | null> =
  {
    Paper: ({ loaders }, id) => load(loaders.paper, decodeNodeKey("Paper", id)),
    Author: ({ loaders }, id) => load(loaders.author, decodeNodeKey("Author", id)),
    Organization: ({ loaders }, id) => load(loaders.organization, decodeNodeKey("Organization", id)),
    Topic: ({ loaders }, id) => load(loaders.topic, decodeNodeKey("Topic", id)),
    User: ({ loaders }, id) => load(loaders.user, decodeNodeKey("User", id)),
    // A copy: spans are kept, and frozen.
    Feed: (_, __, key) => copyOf(spanOfKey(key)),
    AccessToken: () => null,
    Webhook: ({ db, viewer }, id) => findOwnWebhook(db, viewer, decodeNodeKey("Webhook", id)),
    WebhookDelivery: () => null,
  };

function load(
  loader: { load(key: number): Promise<object | null> },
  key: number | null,
): Promise<object | null> | null {
  return key === null ? null : loader.load(key);
}

function copyOf<T extends object>(value: T | null): T | null {
  return value && { ...value };
}

async function readNode(context: Context, id: string): Promise<object | null> {
  const decoded = decodeNodeId(id);
  if (!decoded) return null;
  const row = await readers[decoded.type](context, id, decoded.key);
  // Rows have no classes: the interface resolves their type by this name.
  return row && Object.assign(row, { __typename: decoded.type });
}

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: "Anything by its global id; null when there is no such thing." })
  node(
    @Arg("id", () => ID, { description: "The `id` of any object of this API." }) id: string,
    @Ctx() context: Context,
  ): Promise<object | null> {
    return readNode(context, id);
  }

  @Query(() => [Node], {
    nullable: "items",
    complexity: ({ args, childComplexity }) =>
      rowsCost(Math.min(args.ids.length, MAX_BATCH), KIND_COST + childComplexity),
    description: "Many things by their global ids: same order as `ids`, null where unknown. At most 100.",
  })
  nodes(
    @Arg("ids", () => [ID], { description: "The `id`s of any objects of this API." }) ids: string[],
    @Ctx() context: Context,
  ): Promise<(object | null)[]> {
    if (ids.length > MAX_BATCH) throw badUserInput("ids", `ids takes at most ${MAX_BATCH} ids, not ${ids.length}.`);
    return Promise.all(ids.map((id) => readNode(context, id)));
  }
}
