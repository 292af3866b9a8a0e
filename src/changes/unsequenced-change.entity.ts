import { Column, Entity, PrimaryGeneratedColumn } from "../db/entity";

/** A touch of a paper: a change that is recorded, and not sequenced yet. It is written in the transaction that makes it. */
@Entity("paper_touches")
export class UnsequencedChange {
  @PrimaryGeneratedColumn("identity", { type: "bigint", generatedIdentity: "BY DEFAULT" })
  id!: string;

  /** Without a foreign key, which would lock the paper once more at each vote. */
  @Column("integer")
  paperId!: number;

  @Column("boolean")
  upvotesChanged!: boolean;
}
