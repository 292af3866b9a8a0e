import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { Paper } from "../papers/paper.entity";
import { User } from "./user.entity";
import { findUser, isUsername } from "./user.service";

/** Points for finding a user by name: each in a statement of its own. */
const LOOKUP_COST = 20;

@Resolver()
export class UserResolver {
  @Query(() => User, {
    nullable: true,
    complexity: ({ childComplexity }) => LOOKUP_COST + childComplexity,
    description: "One user; null when there is no such user.",
  })
  user(
    @Arg("username", () => String, { description: "As in `User.username`, in any case." }) username: string,
    @Ctx() { db }: Context,
  ): Promise<User | null> {
    if (!isUsername(username)) {
      throw badUserInput("username", "username must have 1 to 39 letters, digits, hyphens or underscores.");
    }
    return findUser(db, username);
  }
}

@Resolver(() => Paper)
export class PaperSubmitterResolver {
  @FieldResolver(() => User, {
    nullable: true,
    description: "The user who sent it to this API; null when it was imported from a source.",
  })
  submittedBy(@Root() paper: Paper, @Ctx() { loaders }: Context): Promise<User | null> | null {
    return paper.submitterId === null ? null : loaders.user.load(paper.submitterId);
  }
}
