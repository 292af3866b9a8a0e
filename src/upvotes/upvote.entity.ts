import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";
import { User } from "../users/user.entity";

/** One user's upvote of one paper. */
@Entity("upvotes")
@Index("upvotes_paper_id_idx", ["paperId", "createdAt", "userId"])
@Index("upvotes_user_id_idx", ["userId", "createdAt", "paperId"])
export class Upvote {
  @ForeignKey(() => User, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  userId!: number;

  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;
}
