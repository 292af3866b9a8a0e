import { Field, Int, ObjectType } from "type-graphql";
import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from "../../db/entity";
import { DateScalar, DateTimeScalar, TimeZoneScalar } from "../../graphql/scalars";
import type { PaperFilter } from "../../papers/paper-filter.input";
import { DigestFrequency, DigestStatus, Weekday } from "../digest.types";

@Entity("digest_subscriptions")
@Check("digest_subscriptions_status_check", "status in ('PENDING', 'ACTIVE', 'PAUSED', 'UNSUBSCRIBED', 'SUPPRESSED')")
@Index("digest_subscriptions_email_idx", { synchronize: false })
@Index(["emailFold"])
@Index("digest_subscriptions_next_send_at_idx", ["nextSendAt"], { where: "status = 'ACTIVE'" })
@ObjectType({
  simpleResolvers: true,
  description:
    "A reader's subscription to papers by mail. Only its tokens give access, so it is not a Node. Anyone with a management link can see and change it, but not read the address.",
})
export class DigestSubscription {
  @PrimaryGeneratedColumn("identity", { type: "integer", generatedIdentity: "BY DEFAULT" })
  id!: number;

  @Column("text")
  email!: string;

  /** From normalizeAddress. */
  @Column("text")
  emailFold!: string;

  @Field(() => DigestStatus, { description: "Whether digests are sent." })
  @Column("text", { default: DigestStatus.PENDING })
  status!: DigestStatus;

  @Field(() => DigestFrequency, { description: "How often." })
  @Column("text")
  frequency!: DigestFrequency;

  @Field(() => Weekday, { nullable: true, description: "The day of a WEEKLY digest; ignored for other frequencies." })
  @Column("text")
  weekday!: Weekday;

  @Field(() => Int, { description: "Local hour of sending, 0 to 23, in `timeZone`." })
  @Column("integer")
  hour!: number;

  @Field(() => TimeZoneScalar, { description: "The zone of `hour` and `weekday`; daylight saving is followed." })
  @Column("text")
  timeZone!: string;

  @Field(() => Int, {
    description:
      "Maximum number of papers in one digest, the best ranked of its feeds first. What is cut off is not sent later.",
  })
  @Column("integer")
  maxPapers!: number;

  @Field(() => Boolean, { description: "Whether a digest without papers is skipped rather than sent empty." })
  @Column("boolean")
  skipEmpty!: boolean;

  @Column("jsonb")
  filter!: PaperFilter;

  @Field(() => DateScalar, {
    nullable: true,
    description: "The day on which a PAUSED subscription resumes; null when it is not paused.",
  })
  @Column("date", { nullable: true })
  pausedUntil!: string | null;

  /** Version of the consent text that was shown. */
  @Column("text")
  consentVersion!: string;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  requestedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the address was last confirmed; null while PENDING.",
  })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  confirmedAt!: Date | null;

  /** The reader gets feeds that closed since then: set when unsubscribing was undone. Null: since `confirmedAt`. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  digestsSince!: Date | null;

  /** Network addresses and user agents of both steps of the consent; deleted after 90 days. */
  @Column("text", { nullable: true })
  requestAddress!: string | null;

  @Column("text", { nullable: true })
  requestUserAgent!: string | null;

  @Column("text", { nullable: true })
  confirmAddress!: string | null;

  @Column("text", { nullable: true })
  confirmUserAgent!: string | null;

  /** Soft bounces in a row; three pause the subscription. */
  @Column("integer", { default: 0 })
  softBounces!: number;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  softBouncedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When the last digest was sent." })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  lastSentAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the next digest is due, if there is a feed to send by then; null when none is due.",
  })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  nextSendAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  updatedAt!: Date;
}
