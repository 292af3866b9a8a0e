import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from "typeorm";
import { User } from "./user.entity";

@Entity("access_tokens")
@Unique(["secretHash"])
@Index(["userId"])
export class AccessToken {
  @PrimaryGeneratedColumn("identity", { type: "integer", generatedIdentity: "BY DEFAULT" })
  id!: number;

  @ForeignKey(() => User, { onDelete: "CASCADE" })
  @Column("integer")
  userId!: number;

  @Column("text")
  name!: string;

  @Column("text", { array: true })
  scopes!: string[];

  /** SHA-256 of the secret; the secret itself is never stored. */
  @Column("bytea", { select: false })
  secretHash!: Buffer;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  revokedAt!: Date | null;
}
