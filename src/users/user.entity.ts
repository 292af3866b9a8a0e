import { Field, ObjectType } from "type-graphql";
import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { UrlScalar } from "../graphql/scalars";
import { Node } from "../nodes/node.type";

@Entity("users")
@Unique(["username"])
// On lower(username), defined in the migration.
@Index("users_username_fold_idx", { synchronize: false })
@Unique(["issuer", "subject"])
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: "A reader with an account here. Accounts at a source (submitters, claimed authors) are not users.",
})
export class User {
  @PrimaryGeneratedColumn("identity", { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" })
  rowId!: number;

  @Field(() => String, { description: "Unique regardless of case, and permanent." })
  @Column("text")
  username!: string;

  @Field(() => String, {
    nullable: true,
    description: "The name to show; null when the user gave none: show `username`.",
  })
  @Column("text", { nullable: true })
  displayName!: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The user's picture; null when there is none." })
  @Column("text", { nullable: true })
  avatarUrl!: string | null;

  /** OpenID Connect issuer and subject; null for a user created on the command line. */
  @Column("text", { nullable: true, select: false })
  issuer!: string | null;

  @Column("text", { nullable: true, select: false })
  subject!: string | null;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()", select: false })
  createdAt!: Date;
}
