import { Column, Entity, PrimaryGeneratedColumn } from "../db/entity";

/** A change of a paper that is not sequenced yet, recorded in the transaction that makes it. */
@Entity("paper_touches")
export class PaperTouch {
  @PrimaryGeneratedColumn("identity", { type: "bigint", generatedIdentity: "BY DEFAULT" })
  id!: string;

  /** Without a foreign key, which would lock the paper once more at each vote. */
  @Column("integer")
  paperId!: number;

  @Column("boolean")
  upvotesChanged!: boolean;
}
