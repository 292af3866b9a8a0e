import { Column, Entity, PrimaryGeneratedColumn, Unique } from "../../db/entity";
import type { DigestPaperText } from "../mail/mail.types";

/** What mails said of a paper, even if it has changed since; shared by all mails that said the same. */
@Entity("digest_paper_texts")
@Unique(["hash"])
export class DigestPaperTextRow {
  @PrimaryGeneratedColumn("identity", { type: "integer", generatedIdentity: "BY DEFAULT" })
  id!: number;

  /** SHA-256 of the text's JSON. */
  @Column("bytea")
  hash!: Buffer;

  @Column("jsonb")
  text!: DigestPaperText;
}
