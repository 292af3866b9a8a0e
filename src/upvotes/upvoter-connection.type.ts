import { Field, ObjectType } from "type-graphql";
import { isoOf, type Keyed } from "../db/keyset";
import { DateTimeScalar } from "../graphql/scalars";
import { type CursorSource, connectionType, edgeType } from "../paging/connection.type";
import { User } from "../users/user.entity";

@ObjectType({ simpleResolvers: true, description: "A user who upvoted a paper." })
export class UpvoterEdge extends edgeType(User) {
  @Field(() => DateTimeScalar, { description: "When the upvote was cast." })
  upvotedAt!: string;

  constructor(page: CursorSource, row: Keyed<User>, node: User) {
    super(page, row, node);
    // The first key of the list's order.
    this.upvotedAt = isoOf(String(row.key0));
  }
}

@ObjectType({
  description: "A page of upvoters. Imported upvotes have no users, so `totalCount` counts only our users.",
})
export class UpvoterConnection extends connectionType<User, User, UpvoterEdge>(User, UpvoterEdge, (row) => row) {}
