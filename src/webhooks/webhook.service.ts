import type { Db, Transaction, WritableDb } from "../db/database";
import { type Sql, sql } from "../db/sql";
import type { FeedPeriod } from "../feeds/period";
import { nodeColumnsOf } from "../nodes/node-columns";
import type { PaperFilter } from "../papers/paper-filter.input";
import { AccessTokenScope } from "../users/access-token.entity";
import { lockUser } from "../users/access-token.service";
import { hasScope, type Viewer } from "../users/viewer";
import { moveQueued } from "./deliveries/claim.service";
import { disable } from "./deliveries/disable.service";
import type { RequestLimit } from "./deliveries/request-limit";
import { startPosition } from "./events/position.service";
import { hostKey, type ReceiverRules } from "./receivers/receiver-url";
import { newSalt, secretOf } from "./secret";
import { Webhook } from "./webhook.entity";
import type { WebhookEvent, WebhookFormat } from "./webhook.types";

/** What the API needs to know of webhooks. */
export interface WebhookOptions {
  /** That secrets are derived with. */
  key: string;
  rules: ReceiverRules;
  /** Webhooks of one user at a time. */
  most: number;
  requests: RequestLimit;
}

const webhookColumns: Sql = nodeColumnsOf("Webhook", Webhook, "w");

/** The reason of a webhook that its owner disabled. */
const BY_OWNER = "You disabled it.";

/** What an owner chooses; see the inputs. */
export interface WebhookChoices {
  url: string;
  events: WebhookEvent[];
  feedPeriods: FeedPeriod[];
  format: WebhookFormat;
  filter: PaperFilter;
}

/** The webhooks of a user, oldest first. */
export function listWebhooks(db: Db, userId: number): Promise<Webhook[]> {
  return db.query(sql`select ${webhookColumns} from webhooks w where w.user_id = ${userId}::int order by w.id`);
}

/** A webhook of the viewer's by its number; null for others', and for a token that may not see webhooks. */
export async function findOwnWebhook(db: Db, viewer: Viewer | null, id: number | null): Promise<Webhook | null> {
  if (id === null || !viewer || !hasScope(viewer, AccessTokenScope.WEBHOOKS_WRITE)) return null;
  const [webhook] = await db.query<Webhook>(sql`
    select ${webhookColumns} from webhooks w where w.id = ${id}::int and w.user_id = ${viewer.user.rowId}::int`);
  return webhook ?? null;
}

/**
 * Creates a webhook, which hears of what happens from now on. The secret is returned once; stored is only what it is derived
 * from. "tooMany" when the user has the maximum already, also with concurrent calls.
 */
export async function createWebhook(
  db: WritableDb,
  userId: number,
  { url, events, feedPeriods, format, filter }: WebhookChoices,
  { key, most }: WebhookOptions,
  now: Date,
): Promise<{ webhook: Webhook; secret: string } | "tooMany"> {
  const salt = newSalt();
  // Nothing that happens before the first plan is lost.
  await startPosition(db, now);
  return db.transaction(async (tx) => {
    await lockUser(tx, userId);
    // A transaction that is retried because its commit was not acknowledged may have created it already.
    const [state] = await tx.query<{ isFull: boolean; isMade: boolean }>(sql`
      select count(*) filter (where w.secret_salt <> ${salt}) >= ${most}::int as "isFull",
        count(*) filter (where w.secret_salt = ${salt}) > 0 as "isMade"
      from webhooks w where w.user_id = ${userId}::int`);
    if (state!.isFull) return "tooMany";
    if (!state!.isMade) {
      await tx.query(sql`
        insert into webhooks (user_id, url, host, events, feed_periods, format, filter, secret_salt)
        values (${userId}::int, ${url}, ${hostKey(url)}, ${events}::text[], ${feedPeriods}::text[], ${format},
          ${JSON.stringify(filter)}::jsonb, ${salt})`);
    }
    const [webhook] = await tx.query<Webhook>(sql`
      select ${webhookColumns} from webhooks w where w.user_id = ${userId}::int and w.secret_salt = ${salt}`);
    return { webhook: webhook!, secret: secretOf(key, salt) };
  });
}

/** Changes a webhook of a user; null when there is none. Idempotent. */
export function updateWebhook(
  db: WritableDb,
  { id, userId }: { id: number; userId: number },
  changes: Partial<WebhookChoices> & { enabled?: boolean | null },
  now: Date,
): Promise<Webhook | null> {
  return db.transaction(async (tx) => {
    const [before] = await tx.query<Webhook>(sql`
      select ${webhookColumns} from webhooks w where w.id = ${id}::int and w.user_id = ${userId}::int for update`);
    if (!before) return null;
    const { url, events, feedPeriods, format, filter } = { ...before, ...changes };
    await tx.query(sql`
      update webhooks w set url = ${url}, host = ${hostKey(url)}, events = ${events}::text[],
        feed_periods = ${feedPeriods}::text[], format = ${format}, filter = ${JSON.stringify(filter)}::jsonb
      where w.id = ${id}::int`);
    if (url !== before.url) await moveHost(tx, id, hostKey(url), now);
    const isEnabled = before.disabledAt === null;
    if (changes.enabled === true && !isEnabled) await enable(tx, id, now);
    if (changes.enabled === false && isEnabled) await disable(tx, sql`w.id = ${id}::int`, BY_OWNER, now);
    const [after] = await tx.query<Webhook>(sql`select ${webhookColumns} from webhooks w where w.id = ${id}::int`);
    return after!;
  });
}

/** What is queued goes to the new receiver, at once: nothing is known against that one. */
async function moveHost(tx: Transaction, id: number, host: string, now: Date): Promise<void> {
  await tx.query(sql`
    update webhook_deliveries d set host = ${host} where d.webhook_id = ${id}::int and d.status in ('QUEUED', 'SENDING')`);
  await tx.query(sql`
    update webhooks w set waits_until = null, failing_since = null where w.id = ${id}::int and w.disabled_at is null`);
  await moveQueued(tx, id, now, sql`d.next_attempt_at < 'infinity'`);
}

async function enable(tx: Transaction, id: number, now: Date): Promise<void> {
  await tx.query(sql`
    update webhooks w set disabled_at = null, disabled_reason = null, failing_since = null, waits_until = null,
      listens_since = ${now}::timestamptz
    where w.id = ${id}::int`);
  await moveQueued(tx, id, now, sql`true`);
}

/** Deletes a webhook of a user with its deliveries; true when there was one. Idempotent. */
export async function deleteWebhook(db: WritableDb, id: number, userId: number): Promise<boolean> {
  const deleted = await db.write(sql`
    delete from webhooks w where w.id = ${id}::int and w.user_id = ${userId}::int returning w.id`);
  return deleted.length > 0;
}

/** Gives a webhook of a user a new secret; the one before signs, too, for a day. Null when there is none. */
export function rotateSecret(
  db: WritableDb,
  { id, userId }: { id: number; userId: number },
  key: string,
  now: Date,
): Promise<{ webhook: Webhook; secret: string } | null> {
  const salt = newSalt();
  return db.transaction(async (tx) => {
    await tx.query(sql`
      update webhooks w set previous_salt = w.secret_salt, previous_until = ${now}::timestamptz + interval '1 day',
        secret_salt = ${salt}
      where w.id = ${id}::int and w.user_id = ${userId}::int and w.secret_salt <> ${salt}`);
    const [webhook] = await tx.query<Webhook>(sql`
      select ${webhookColumns} from webhooks w where w.id = ${id}::int and w.user_id = ${userId}::int`);
    return webhook ? { webhook, secret: secretOf(key, salt) } : null;
  });
}
