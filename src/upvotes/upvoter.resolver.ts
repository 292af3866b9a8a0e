import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import type { Order } from "../db/keyset";
import { sql } from "../db/sql";
import { listBelow } from "../paging/list-below";
import { ForwardPageArgs } from "../paging/page-args";
import { Paper } from "../papers/paper.entity";
import { PaperConnection } from "../papers/paper-connection.type";
import { User } from "../users/user.entity";
import { UpvoterConnection } from "./upvoter-connection.type";

const votedAt = { column: sql`u.created_at`, kind: "instant" } as const;
const newestVoters: Order = {
  name: "UPVOTED_AT",
  keys: [votedAt, { column: sql`u.user_id`, kind: "int" }],
  direction: "desc",
};
const newestVotes: Order = {
  name: "UPVOTED_AT",
  keys: [votedAt, { column: sql`u.paper_id`, kind: "int" }],
  direction: "desc",
};

@Resolver(() => Paper)
export class PaperUpvotersResolver {
  @FieldResolver(() => UpvoterConnection, {
    description: "Our users who upvoted it, newest first. Imported upvotes have no users: compare with `upvoteCount`.",
  })
  upvoters(
    @Root() { rowId }: Paper,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders }: Context,
  ): UpvoterConnection {
    return new UpvoterConnection(
      listBelow("Paper.upvoters", rowId, {
        order: newestVoters,
        args,
        page: loaders.upvoters,
        count: () => loaders.upvoterCount,
      }),
    );
  }
}

@Resolver(() => User)
export class UserUpvotesResolver {
  @FieldResolver(() => PaperConnection, { description: "Papers that the user upvoted, latest upvote first." })
  upvotedPapers(
    @Root() { rowId }: User,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders }: Context,
  ): PaperConnection {
    return new PaperConnection(
      listBelow("User.upvotedPapers", rowId, {
        order: newestVotes,
        args,
        page: loaders.upvotedPapers,
        count: () => loaders.upvotedPaperCount,
      }),
    );
  }
}
