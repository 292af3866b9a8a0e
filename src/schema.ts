import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { buildSchemaSync } from "type-graphql";
import { AuthorResolver } from "./authors/author.resolver";
import { PaperAuthorsResolver } from "./authors/paper-authors.resolver";
import { FeedResolver } from "./feeds/feed.resolver";
import { NodeResolver } from "./nodes/node.resolver";
import { OrganizationResolver, PaperOrganizationResolver } from "./organizations/organization.resolver";
import { PaperResolver } from "./papers/paper.resolver";
import { RelatedPapersResolver, SearchResolver } from "./search/search.resolver";
import { PaperUpvotersResolver, UserUpvotesResolver } from "./upvotes/upvote.resolver";
import { PaperSubmitterResolver } from "./users/user.resolver";

/** The whole API, from its list of resolvers. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      AuthorResolver,
      FeedResolver,
      NodeResolver,
      OrganizationResolver,
      PaperAuthorsResolver,
      PaperOrganizationResolver,
      PaperResolver,
      PaperSubmitterResolver,
      PaperUpvotersResolver,
      RelatedPapersResolver,
      SearchResolver,
      UserUpvotesResolver,
    ],
    // Scalars and input types state the rules, services check the rest.
    validate: false,
  });
  schema.getQueryType()!.description = "Everything that can be read. Nothing here needs an account.";
  return schema;
}
