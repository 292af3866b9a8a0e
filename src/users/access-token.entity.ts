import { Field, ObjectType, registerEnumType } from "type-graphql";
import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { DateTimeScalar } from "../graphql/scalars";
import { User } from "./user.entity";

export enum AccessTokenScope {
  UPVOTES_WRITE = "UPVOTES_WRITE",
  PAPERS_WRITE = "PAPERS_WRITE",
  TOKENS_WRITE = "TOKENS_WRITE",
  WEBHOOKS_WRITE = "WEBHOOKS_WRITE",
  DEVELOP = "DEVELOP",
}

registerEnumType(AccessTokenScope, {
  name: "AccessTokenScope",
  description: "What a token may do beyond reading, identifying its user and listing the user's tokens.",
  valuesConfig: {
    UPVOTES_WRITE: { description: "Cast and remove its user's upvotes." },
    PAPERS_WRITE: { description: "Send papers with `upsertPapers`." },
    TOKENS_WRITE: {
      description: "Create and revoke access tokens of its user; those it creates have no scope that it lacks.",
    },
    WEBHOOKS_WRITE: { description: "List, create, change and delete webhooks of its user." },
    DEVELOP: { description: "Send any document to a server that otherwise executes trusted ones only." },
  },
});

@Entity("access_tokens")
@Unique(["secretHash"])
@Index(["userId"])
@Index(["parentId"])
@ObjectType({
  simpleResolvers: true,
  description:
    "A credential of one user, for programs. Its secret is shown only when it is created. It stays listed for 30 days after it expires or is revoked.",
})
export class AccessToken {
  @PrimaryGeneratedColumn("identity", { type: "integer", generatedIdentity: "BY DEFAULT" })
  id!: number;

  @ForeignKey(() => User, { onDelete: "CASCADE" })
  @Column("integer")
  userId!: number;

  @Field(() => String, { description: "The name that its user gave it." })
  @Column("text")
  name!: string;

  @Field(() => [AccessTokenScope], {
    description: "What it may do; empty: only read, identify its user and list the user's tokens.",
  })
  @Column("text", { array: true })
  scopes!: AccessTokenScope[];

  /** SHA-256 of the secret; the secret itself is never stored. */
  @Column("bytea", { select: false })
  secretHash!: Buffer;

  @Field(() => DateTimeScalar, { description: "When it was created." })
  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it expires; null: it works until it is revoked.",
  })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was last used, to the minute; null: never." })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it, or the token that created it, was revoked; null: never.",
  })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  revokedAt!: Date | null;

  /** The token that created it, and with which it ends; null when it was created on the command line or with a JWT. */
  @ForeignKey(() => AccessToken, { onDelete: "CASCADE" })
  @Column("integer", { nullable: true })
  parentId!: number | null;
}
