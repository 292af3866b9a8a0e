import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { Paper } from "../papers/paper.entity";
import { User } from "./user.entity";

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
