import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import type { DigestFrequency } from "./digest.types";
import type { Preferences } from "./preferences";
import { DigestSubscription } from "./subscription.entity";

/** What was asked for, and from where. */
export interface DigestRequest extends Preferences {
  /** As it was spelt with this request; of the version before it is not there. */
  email?: string;
  consentVersion: string;
  requestedAt: string;
  address: string;
  userAgent: string | null;
}

/** CONFIRMATION asks to confirm, REMINDER says "you are already subscribed", DIGEST holds papers. */
export type DeliveryKind = "CONFIRMATION" | "REMINDER" | "DIGEST";

/**
 * SENDING has been handed to the mail server, perhaps; SKIPPED was not to be sent any more, or had no papers; UNKNOWN may
 * or may not have been taken by the mail server, and is not sent again by itself.
 */
export type DeliveryStatus = "QUEUED" | "SENDING" | "SENT" | "FAILED" | "SKIPPED" | "UNKNOWN";

/** One mail to one subscriber, from its planning to what became of it. */
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

  /** Of a digest the period and key of its newest feed ("DAY 2026-10-07"); of others what makes them one of their kind. */
  @Column("text")
  periodKey!: string;

  /** Of a digest all of its feeds, the oldest first; null: the one of `periodKey`. */
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

  /** Why it failed or was skipped; holds no address. */
  @Column("text", { nullable: true })
  error!: string | null;

  /** Of a CONFIRMATION: the preferences and the consent that it puts in force. */
  @Column("jsonb", { nullable: true })
  request!: DigestRequest | null;

  /** Random, from the first attempt on: what the mail's token and Message-ID are made of. */
  @Column("bytea", { nullable: true })
  nonce!: Buffer | null;

  /** As the mail says it, from the first attempt on. */
  @Column("text", { nullable: true })
  frequency!: DigestFrequency | null;

  /** Written by the version before alone. */
  @Column("jsonb", { nullable: true })
  content!: object | null;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;
}
