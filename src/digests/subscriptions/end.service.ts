import type { WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import { DigestStatus } from "../digest.types";
import { activate } from "./confirm.service";
import { findByToken, lockByToken, lockManaged } from "./link.service";
import type { Consent } from "./subscribe.service";
import type { DigestSubscription } from "./subscription.entity";
import { endLinks, noteEnding, restoreLink } from "./token.service";

/**
 * Ends the subscription of a management token, at once; all its links end with it. Idempotent; ended links can do it too.
 * `subscription` is null unless the token still manages it. Null for an unknown token.
 */
export function unsubscribe(
  db: WritableDb,
  token: string,
): Promise<{ subscription: DigestSubscription | null; mayUndo: boolean } | null> {
  return db.transaction(async (tx) => {
    const link = await lockByToken(tx, token);
    if (link?.purpose !== "MANAGE") return null;
    const ended = await tx.query(sql`
      update digest_subscriptions
      set status = 'UNSUBSCRIBED', paused_until = null, next_send_at = null, updated_at = now()
      where id = ${link.subscriptionId}::int and status in ('PENDING', 'ACTIVE', 'PAUSED')
      returning id`);
    if (ended.length > 0) {
      await endLinks(tx, link.subscriptionId, token);
      await noteEnding(tx, token);
    }
    const after = await findByToken(tx, token);
    return { subscription: after?.mayManage ? after.subscription : null, mayUndo: after?.mayUndo ?? false };
  });
}

/**
 * Undoes `unsubscribe` with the link that did it, within a day, as a new consent: its holder reads the mailbox. The link is
 * valid again; all others stay ended. Feeds that closed in between come with the next digest. Null when there is nothing to
 * undo, or this link cannot, or no longer, undo it.
 */
export function resubscribe(
  db: WritableDb,
  token: string,
  consent: Consent,
  now: Date,
): Promise<DigestSubscription | null> {
  return db.transaction(async (tx) => {
    const link = await lockByToken(tx, token);
    if (!link?.mayManage) return null;
    const { status } = link.subscription;
    if (status !== DigestStatus.UNSUBSCRIBED) return status === DigestStatus.ACTIVE ? link.subscription : null;
    await restoreLink(tx, token);
    const { digestsSince, confirmedAt } = link.subscription;
    return activate(tx, link.subscription, consent, now, digestsSince ?? confirmedAt);
  });
}

/** Ends all other links to a subscription, except those of future mails. Null when this link does not manage it. */
export function endOtherLinks(db: WritableDb, token: string): Promise<DigestSubscription | null> {
  return db.transaction(async (tx) => {
    const standing = await lockManaged(tx, token);
    if (standing) await endLinks(tx, standing.id, token);
    return standing;
  });
}
