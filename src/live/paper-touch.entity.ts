import { Column, Entity, PrimaryGeneratedColumn } from "../db/entity";

/** That a paper has changed: written in the transaction of the change, so neither stands without the other. */
@Entity("paper_touches")
export class PaperTouch {
  @PrimaryGeneratedColumn("identity", { type: "bigint", generatedIdentity: "BY DEFAULT" })
  id!: string;

  /** No foreign key: it would lock the paper once more at each vote. */
  @Column("integer")
  paperId!: number;

  @Column("boolean")
  upvotesChanged!: boolean;
}
