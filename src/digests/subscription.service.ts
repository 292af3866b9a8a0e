import { columnsOf } from "../db/columns";
import type { Db, Transaction, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { type UserError, UserErrorCode, userError } from "../user-error.type";
import type { DigestRequest } from "./delivery.entity";
import { DigestStatus } from "./digest.types";
import { type PreferenceInput, readPreferences } from "./preferences";
import { nextSendAt, startOfDay } from "./schedule";
import type { Consent } from "./subscribe.service";
import { DigestSubscription } from "./subscription.entity";
import {
  endLinks,
  findToken,
  formerTokenOf,
  hashToken,
  issueToken,
  type KnownToken,
  noteEnding,
  randomToken,
  restoreLink,
} from "./token.service";

const columns = columnsOf(DigestSubscription, "s");

async function findSubscription(db: Db, id: number): Promise<DigestSubscription> {
  const [found] = await db.read<DigestSubscription>(sql`
    select ${columns} from digest_subscriptions s where s.id = ${id}::int`);
  return found!;
}

/** As it stands when nobody else is changing it: who unsubscribes at the same time is not subscribed again. */
async function lockSubscription(tx: Transaction, id: number): Promise<DigestSubscription> {
  await tx.read(sql`select from digest_subscriptions where id = ${id}::int for update`);
  return findSubscription(tx, id);
}

export type Link = KnownToken & {
  subscription: DigestSubscription;
  /** Shows and changes the subscription. */
  mayManage: boolean;
};

/** What a link's token is good for, with its subscription; null when it is none of ours. */
export async function findByToken(db: Db, token: string): Promise<Link | null> {
  const known = await findToken(db, token);
  return known && asLink(known, await findSubscription(db, known.subscriptionId));
}

/** The same while nobody else changes the subscription, or its links, until the transaction ends. */
async function lockByToken(tx: Transaction, token: string): Promise<Link | null> {
  const known = await findToken(tx, token);
  if (!known) return null;
  const subscription = await lockSubscription(tx, known.subscriptionId);
  const locked = await findToken(tx, token);
  return locked && asLink(locked, subscription);
}

/** With its end a subscription's links end, but for the one that ended it: that shows it for as long as it may undo that. */
function asLink(known: KnownToken, subscription: DigestSubscription): Link {
  const isOver = subscription.status === DigestStatus.UNSUBSCRIBED;
  return { ...known, subscription, mayManage: known.purpose === "MANAGE" && (isOver ? known.mayUndo : !known.isEnded) };
}

/** A link that manages its subscription; null for any other token. */
export async function findManaging(db: Db, token: string): Promise<Link | null> {
  const found = await findByToken(db, token);
  return found?.mayManage ? found : null;
}

async function lockManaged(tx: Transaction, token: string): Promise<DigestSubscription | null> {
  const link = await lockByToken(tx, token);
  return link?.mayManage ? link.subscription : null;
}

export type Confirmation =
  | { subscription: DigestSubscription; managementToken: string }
  | { problem: UserErrorCode.TOKEN_INVALID | UserErrorCode.TOKEN_EXPIRED };

/**
 * Makes a subscription ACTIVE, once for each token, as its mail asked; the consent is recorded, and a token to manage it
 * is made.
 */
export function confirmSubscription(
  db: WritableDb,
  secret: string,
  token: string,
  consent: Consent,
  now: Date,
): Promise<Confirmation> {
  const managementToken = randomToken();
  return db.transaction(async (tx): Promise<Confirmation> => {
    // Run again because its end was not heard, it has confirmed already.
    const done = await findToken(tx, managementToken);
    if (done) return { subscription: await findSubscription(tx, done.subscriptionId), managementToken };
    const [taken] = await tx.read<{ subscriptionId: number; deliveryId: number | null; isExpired: boolean }>(sql`
      select subscription_id as "subscriptionId", delivery_id as "deliveryId", expires_at <= ${now}::timestamptz as "isExpired" from digest_tokens
      where hash = ${hashToken(token)} and purpose = 'CONFIRM' and used_at is null and revoked_at is null
      for update`);
    if (!taken) return { problem: UserErrorCode.TOKEN_INVALID };
    if (taken.isExpired) return { problem: UserErrorCode.TOKEN_EXPIRED };
    const subscription = await lockSubscription(tx, taken.subscriptionId);
    if (subscription.status === DigestStatus.SUPPRESSED) return { problem: UserErrorCode.TOKEN_INVALID };
    await tx.read(sql`update digest_tokens set used_at = now() where hash = ${hashToken(token)}`);
    await applyRequest(tx, secret, taken, token);
    await endLinks(tx, subscription.id, null);
    await issueToken(tx, subscription.id, "MANAGE", managementToken);
    const wanted = await findSubscription(tx, subscription.id);
    return { subscription: await activate(tx, wanted, consent, now), managementToken };
  });
}

/** Puts in force what was asked for with the mail that holds this token. */
async function applyRequest(
  tx: Transaction,
  secret: string,
  { subscriptionId: id, deliveryId }: Pick<KnownToken, "subscriptionId" | "deliveryId">,
  token: string,
): Promise<void> {
  const requests = await tx.read<{ id: number; request: DigestRequest }>(sql`
    select id, request from digest_deliveries
    where subscription_id = ${id}::int and kind = 'CONFIRMATION' and request is not null
      and id = coalesce(${deliveryId}::int, id)`);
  const isOfToken = (each: { id: number }) =>
    deliveryId === each.id || formerTokenOf(secret, "CONFIRM", each.id) === token;
  const request = requests.find(isOfToken)?.request;
  if (!request) return;
  await tx.read(sql`
    update digest_subscriptions set email = coalesce(${request.email ?? null}, email), frequency = ${request.frequency}, weekday = ${request.weekday},
      hour = ${request.hour}::int, time_zone = ${request.timeZone}, max_papers = ${request.maxPapers}::int,
      skip_empty = ${request.skipEmpty}::boolean, filter = ${JSON.stringify(request.filter)}::jsonb,
      consent_version = ${request.consentVersion}, requested_at = ${request.requestedAt}::timestamptz,
      request_address = ${request.address}, request_user_agent = ${request.userAgent}
    where id = ${id}::int`);
}

/** Records the consent, and when the first digest is due. */
async function activate(
  tx: Transaction,
  subscription: DigestSubscription,
  { address, userAgent }: Consent,
  now: Date,
  digestsSince: Date | null = null,
): Promise<DigestSubscription> {
  await tx.read(sql`
    update digest_subscriptions set status = 'ACTIVE', confirmed_at = ${now}, digests_since = ${digestsSince},
      confirm_address = ${address}, confirm_user_agent = ${userAgent}, paused_until = null, soft_bounces = 0,
      next_send_at = ${nextSendAt(subscription, now)}, updated_at = now()
    where id = ${subscription.id}::int`);
  return findSubscription(tx, subscription.id);
}

export interface SubscriptionChanges extends PreferenceInput {
  /** A day pauses until then; null goes on at once; undefined leaves it. */
  pausedUntil?: string | null;
}

/** Changes what a management token's subscription sends, and when. Null: there is no such token. */
export function updateSubscription(
  db: WritableDb,
  token: string,
  changes: SubscriptionChanges,
  now: Date,
): Promise<{ subscription: DigestSubscription; userErrors: UserError[] } | null> {
  return db.transaction(async (tx) => {
    const standing = await lockManaged(tx, token);
    if (!standing) return null;
    const { preferences, userErrors } = readPreferences(changes, standing);
    const pause = readPause(standing, changes.pausedUntil, now);
    const errors = [...userErrors, ...pause.userErrors];
    if (errors.length > 0) return { subscription: standing, userErrors: errors };
    const { frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter } = preferences;
    const next = nextTime(standing, { ...standing, ...preferences }, pause, now);
    await tx.read(sql`
      update digest_subscriptions set frequency = ${frequency}, weekday = ${weekday}, hour = ${hour}::int,
        time_zone = ${timeZone}, max_papers = ${maxPapers}::int, skip_empty = ${skipEmpty}::boolean,
        filter = ${JSON.stringify(filter)}::jsonb, status = ${pause.status}, paused_until = ${pause.until}::date,
        next_send_at = ${next}::timestamptz, updated_at = now()
      where id = ${standing.id}::int`);
    return { subscription: await findSubscription(tx, standing.id), userErrors: [] };
  });
}

/** What is due already is not put off by a change that has nothing to do with its time. */
function nextTime(
  before: DigestSubscription,
  after: DigestSubscription,
  { status, until }: { status: DigestStatus; until: string | null },
  now: Date,
): Date | null {
  if (status === DigestStatus.PAUSED && until)
    return nextSendAt(after, new Date(startOfDay(after.timeZone, until).getTime() - 1));
  if (status !== DigestStatus.ACTIVE) return null;
  const isSame = (["frequency", "weekday", "hour", "timeZone"] as const).every(
    (field) => before[field] === after[field],
  );
  const stays = isSame && before.status === DigestStatus.ACTIVE && before.nextSendAt;
  return stays ? before.nextSendAt : nextSendAt(after, now);
}

function readPause(
  { status, pausedUntil }: DigestSubscription,
  wanted: string | null | undefined,
  now: Date,
): { status: DigestStatus; until: string | null; userErrors: UserError[] } {
  const isGoing = status === DigestStatus.ACTIVE || status === DigestStatus.PAUSED;
  if (!isGoing) {
    const message = `This subscription is ${status}: subscribe again first.`;
    return {
      status,
      until: pausedUntil,
      userErrors: [userError(UserErrorCode.NOT_ALLOWED, message, "input", "token")],
    };
  }
  if (wanted === undefined) return { status, until: pausedUntil, userErrors: [] };
  if (wanted === null) return { status: DigestStatus.ACTIVE, until: null, userErrors: [] };
  const isLater = wanted > now.toISOString().slice(0, 10);
  const error = userError(UserErrorCode.INVALID, "pausedUntil must be a day to come.", "input", "pausedUntil");
  return { status: DigestStatus.PAUSED, until: wanted, userErrors: isLater ? [] : [error] };
}

/**
 * Ends the digest of a management token, at once; again is no error, and a link that was ended does it too. All links end
 * with it. `subscription` is shown to who manages it alone. Null: there is no such token.
 */
export function unsubscribe(
  db: WritableDb,
  token: string,
): Promise<{ subscription: DigestSubscription | null; mayUndo: boolean } | null> {
  return db.transaction(async (tx) => {
    const link = await lockByToken(tx, token);
    if (link?.purpose !== "MANAGE") return null;
    const ended = await tx.read(sql`
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
 * Undoes `unsubscribe` by the link that did it, within a day, as a new consent: who holds it reads the mailbox. The link
 * is good again; all others stay ended. What closed in between comes with the next digest. Null: nothing to undo, or not by this link, or not any more.
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

/** Ends all links to a subscription but this one, and those of mails to come. Null: this one is none that manages it. */
export function endOtherLinks(db: WritableDb, token: string): Promise<DigestSubscription | null> {
  return db.transaction(async (tx) => {
    const standing = await lockManaged(tx, token);
    if (standing) await endLinks(tx, standing.id, token);
    return standing;
  });
}
