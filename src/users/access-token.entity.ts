import { Field, ObjectType, registerEnumType } from "type-graphql";
import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { DateTimeScalar } from "../scalars";
import { User } from "./user.entity";

export enum AccessTokenScope {
  UPVOTES_WRITE = "UPVOTES_WRITE",
  PAPERS_WRITE = "PAPERS_WRITE",
}

registerEnumType(AccessTokenScope, {
  name: "AccessTokenScope",
  description: "What a token may do beyond reading and naming its user.",
  valuesConfig: {
    UPVOTES_WRITE: { description: "Cast and remove its user's upvotes." },
    PAPERS_WRITE: { description: "Send papers with `upsertPapers`." },
  },
});

@Entity("access_tokens")
@Unique(["secretHash"])
@Index(["userId"])
@ObjectType({
  simpleResolvers: true,
  description: "A credential of one user, for programs. Its secret is shown only when it is made.",
})
export class AccessToken {
  @PrimaryGeneratedColumn("identity", { type: "integer", generatedIdentity: "BY DEFAULT" })
  id!: number;

  @ForeignKey(() => User, { onDelete: "CASCADE" })
  @Column("integer")
  userId!: number;

  @Field(() => String, { description: "What its user calls it." })
  @Column("text")
  name!: string;

  @Field(() => [AccessTokenScope], { description: "What it may do; empty: only read and name its user." })
  @Column("text", { array: true })
  scopes!: AccessTokenScope[];

  /** SHA-256 of the secret; the secret itself is never stored. */
  @Column("bytea", { select: false })
  secretHash!: Buffer;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it stops working; null: only when it is revoked." })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was last used, to the minute; null: never." })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  revokedAt!: Date | null;
}
