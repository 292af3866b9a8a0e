import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from "../../db/entity";
import type { DigestFrequency } from "../digest.types";
import type { Preferences } from "../subscriptions/preferences";
import { DigestSubscription } from "../subscriptions/subscription.entity";

/** What a reader requested, and from where. */
export interface DigestRequest extends Preferences {
  /** As spelt in this request; missing in rows of an earlier version. */
  email?: string;
  consentVersion: string;
  requestedAt: string;
  address: string;
  userAgent: string | null;
}

/** CONFIRMATION asks to confirm, REMINDER says "you are already subscribed", DIGEST has papers. */
export type DeliveryKind = "CONFIRMATION" | "REMINDER" | "DIGEST";

/**
 * SENDING: perhaps handed to the mail server already. SKIPPED: was no longer wanted, or had no papers. UNKNOWN: the mail
 * server may or may not have accepted it, so it is not sent again by itself.
 */
export type DeliveryStatus = "QUEUED" | "SENDING" | "SENT" | "FAILED" | "SKIPPED" | "UNKNOWN";

/** One mail to one subscriber, from planning to outcome. */
@Entity("digest_deliveries")
@Check("digest_deliveries_kind_check", "kind in ('CONFIRMATION', 'REMINDER', 'DIGEST')")
@Check("digest_deliveries_status_check", "status in ('QUEUED', 'SENDING', 'SENT', 'FAILED', 'SKIPPED', 'UNKNOWN')")
@Unique(["subscriptionId", "kind", "periodKey"])
@Index("digest_deliveries_queue_idx", ["kind", "nextAttemptAt"], { where: "status = 'QUEUED'" })
@Index("digest_deliveries_claimed_at_idx", ["claimedAt"], { where: "status = 'SENDING'" })
@Index(["createdAt"])
export class DigestDelivery {
  @PrimaryGeneratedColumn("identity", { type: "integer", generatedIdentity: "BY DEFAULT" })
  id!: number;

  @ForeignKey(() => DigestSubscription, { onDelete: "CASCADE" })
  @Column("integer")
  subscriptionId!: number;

  @Column("text")
  kind!: DeliveryKind;

  /** For a digest, the period and key of its newest feed ("DAY 2026-10-07"); for others, what makes them unique of their kind. */
  @Column("text")
  periodKey!: string;

  /** For a digest, all of its feeds, oldest first; null: the one of `periodKey`. */
  @Column("text", { array: true, nullable: true })
  feedKeys!: string[] | null;

  @Column("text", { default: "QUEUED" })
  status!: DeliveryStatus;

  @Column("integer", { default: 0 })
  attempts!: number;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  nextAttemptAt!: Date;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  claimedAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  sentAt!: Date | null;

  /** Why it failed or was skipped; never holds an address. */
  @Column("text", { nullable: true })
  error!: string | null;

  /** For a CONFIRMATION, the preferences and the consent that take effect with it. */
  @Column("jsonb", { nullable: true })
  request!: DigestRequest | null;

  /** Random, set at the first attempt: the mail's token and Message-ID are derived from it. */
  @Column("bytea", { nullable: true })
  nonce!: Buffer | null;

  /** As in the mail, set at the first attempt. */
  @Column("text", { nullable: true })
  frequency!: DigestFrequency | null;

  /** Written only by an earlier version. */
  @Column("jsonb", { nullable: true })
  content!: object | null;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;
}
