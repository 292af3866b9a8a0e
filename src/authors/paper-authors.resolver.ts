import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import type { Order } from "../db/keyset";
import { sql } from "../db/sql";
import { ForwardPageArgs } from "../paging/page-args";
import { Paper } from "../papers/paper.entity";
import { PaperAuthorConnection } from "./author-connection.type";

const printedOrder: Order = { name: "POSITION", keys: [{ column: sql`s.position`, kind: "int" }], direction: "asc" };

@Resolver(() => Paper)
export class PaperAuthorsResolver {
  @FieldResolver(() => PaperAuthorConnection, { description: "The authors whose names we hold, in printed order." })
  authors(
    @Root() { id }: Paper,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders }: Context,
  ): PaperAuthorConnection {
    return new PaperAuthorConnection({
      order: printedOrder,
      binding: JSON.stringify(["Paper.authors", id]),
      args,
      fetch: (slice) => loaders.paperAuthors.load({ parent: id, args: null, slice }),
      count: () => loaders.paperAuthorCount.load({ parent: id, args: null }),
    });
  }
}
