import "reflect-metadata";
import { type GraphQLSchema, specifiedDirectives } from "graphql";
import { buildSchemaSync } from "type-graphql";
import { RateLimitResolver } from "./admission/rate-limit.resolver";
import { AuthorResolver } from "./authors/author.resolver";
import { PaperAuthorsResolver, resolvePaperAuthors } from "./authors/paper-authors.resolver";
import { PaperChangesResolver } from "./changes/paper-changes.resolver";
import { CitationResolver } from "./citations/citation.resolver";
import { markContent } from "./content/content-fields";
import { forgetBetweenMutations } from "./context";
import { DigestResolver } from "./digests/digest.resolver";
import { FacetValueResolver, FeedFacetsResolver, PaperFacetsResolver } from "./facets/facet.resolver";
import { FeedResolver } from "./feeds/feed.resolver";
import { StandingResolver } from "./feeds/standing.resolver";
import { cacheControlDirective } from "./http/graphql/cache-control";
import { UpsertResolver } from "./ingest/upsert.resolver";
import { SubscriptionResolver } from "./live/subscription.resolver";
import { RelatedPapersResolver } from "./meaning/related-papers.resolver";
import { SimilarPapersResolver } from "./meaning/similar-papers.resolver";
import { NodeResolver } from "./nodes/node.resolver";
import { OrganizationResolver, PaperOrganizationResolver } from "./organizations/organization.resolver";
import { resolveConnections } from "./paging/connection.type";
import { PaperResolver } from "./papers/paper.resolver";
import { requireOneReference } from "./papers/paper-by.input";
import { SearchResolver } from "./search/search.resolver";
import { FeedReadingResolver, SourceResolver } from "./sources/source.resolver";
import { TopicResolver } from "./topics/topic.resolver";
import { TrendingResolver } from "./trending/trending.resolver";
import { UpvoteResolver } from "./upvotes/upvote.resolver";
import { UpvoteHistoryResolver } from "./upvotes/upvote-history.resolver";
import { PaperUpvotersResolver, UserUpvotesResolver } from "./upvotes/upvoter.resolver";
import { AccessTokenResolver, UserAccessTokensResolver } from "./users/access-token.resolver";
import { PaperSubmitterResolver, UserResolver } from "./users/user.resolver";
import { ViewerResolver } from "./users/viewer.resolver";
import { WebhookResolver } from "./webhooks/webhook.resolver";
import {
  UserWebhooksResolver,
  WebhookDeliveryResolver,
  WebhookOwnFieldsResolver,
} from "./webhooks/webhook-fields.resolver";

/** type-graphql requires one with subscriptions. Ours listen to the hub, with a bounded queue for each. */
const unusedPubSub = {
  publish: () => {},
  subscribe: () => {
    throw new Error("A subscription names topics: it should listen to the hub");
  },
};

let built: GraphQLSchema | undefined;

/** The schema of the whole API, built once from its resolvers. */
export function getSchema(): GraphQLSchema {
  built ??= build();
  return built;
}

function build(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      AccessTokenResolver,
      AuthorResolver,
      CitationResolver,
      DigestResolver,
      FacetValueResolver,
      FeedFacetsResolver,
      FeedReadingResolver,
      FeedResolver,
      NodeResolver,
      OrganizationResolver,
      PaperAuthorsResolver,
      PaperChangesResolver,
      PaperFacetsResolver,
      PaperOrganizationResolver,
      PaperResolver,
      PaperSubmitterResolver,
      PaperUpvotersResolver,
      RateLimitResolver,
      RelatedPapersResolver,
      SearchResolver,
      SimilarPapersResolver,
      SourceResolver,
      StandingResolver,
      SubscriptionResolver,
      TopicResolver,
      TrendingResolver,
      UpsertResolver,
      UpvoteHistoryResolver,
      UpvoteResolver,
      UserAccessTokensResolver,
      UserResolver,
      UserUpvotesResolver,
      ViewerResolver,
      UserWebhooksResolver,
      WebhookDeliveryResolver,
      WebhookOwnFieldsResolver,
      WebhookResolver,
    ],
    directives: [...specifiedDirectives, cacheControlDirective],
    // Scalars and input types state the rules, services check the rest.
    validate: false,
    // Apollo Server checks the schema too.
    skipCheck: true,
    pubSub: unusedPubSub,
  });
  resolvePaperAuthors(schema);
  resolveConnections(schema);
  requireOneReference(schema);
  forgetBetweenMutations(schema);
  markContent(schema);
  schema.getQueryType()!.description = "Everything that can be read. Nothing here needs an account.";
  schema.getSubscriptionType()!.description =
    "Events as they happen: over a WebSocket (graphql-transport-ws) at the same path, or server-sent events at /graphql/stream. A client that does not read fast enough loses the oldest events.";
  schema.getMutationType()!.description =
    "Everything that can be changed. Mistakes that a person can correct are in userErrors; missing authentication or a missing scope is an error.";
  return schema;
}
