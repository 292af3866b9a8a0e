import type { GraphQLObjectType, GraphQLSchema } from "graphql";
import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { rejectInsteadOfThrow } from "../async/maybe-promise";
import type { Context } from "../context";
import type { Order } from "../db/keyset";
import { sql } from "../db/sql";
import { ForwardPageArgs } from "../paging/page-args";
import { Paper } from "../papers/paper.entity";
import { PaperAuthorConnection } from "./author-connection.type";
import { type FirstAuthors, recallAuthors } from "./first-authors";

const printedOrder: Order = { name: "POSITION", keys: [{ column: sql`s.position`, kind: "int" }], direction: "asc" };

@Resolver(() => Paper)
export class PaperAuthorsResolver {
  @FieldResolver(() => PaperAuthorConnection, { description: "The authors whose names are known, in printed order." })
  authors(
    @Root() paper: Paper,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() context: Context,
  ): PaperAuthorConnection {
    return authorsOf(paper, args, context);
  }
}

function authorsOf(
  { rowId, firstAuthors }: Paper & { firstAuthors?: FirstAuthors },
  args: ForwardPageArgs,
  { loaders }: Context,
): PaperAuthorConnection {
  return new PaperAuthorConnection({
    order: printedOrder,
    binding: JSON.stringify(["Paper.authors", rowId]),
    args,
    recall: (position) => (firstAuthors ? recallAuthors(firstAuthors, position) : null),
    fetch: (slice) => loaders.paperAuthors.load({ parent: rowId, args: null, slice }),
    count: () =>
      firstAuthors?.areAll ? firstAuthors.printed.length : loaders.paperAuthorCount.load({ parent: rowId, args: null }),
  });
}

/** Resolves without type-graphql's wrapper, and at once if authors are in memory: a page resolves the field for each paper. */
export function resolvePaperAuthors(schema: GraphQLSchema): void {
  const paper = schema.getType("Paper") as GraphQLObjectType;
  paper.getFields().authors!.resolve = rejectInsteadOfThrow(authorsOf);
}
