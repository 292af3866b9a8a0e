import * as v from "valibot";
import type { Transaction, WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import { readMailAddress } from "../../inputs/mail-address";
import { readBy } from "../../inputs/read-by";
import { countSoftBounce, suppress, suppressAddress } from "./bounce.service";

const TYPES = ["bounce.hard", "bounce.soft", "complaint"] as const;

/** What a mail service posts about an address, in the form of Standard Webhooks. */
export const digestEvent = v.object({
  type: v.picklist(TYPES),
  data: v.object({ email: v.pipe(v.string(), readBy(readMailAddress)) }),
});

/**
 * The type of an event of an unknown type, as far as it is a name; null for other bodies. Mail services post more than was
 * requested.
 */
export function otherTypeOf(body: unknown): string | null {
  const { type } = (body ?? {}) as { type?: unknown };
  if (typeof type !== "string" || TYPES.some((ours) => ours === type)) return null;
  return /^[\w.:-]{0,100}/.exec(type)![0];
}

export type DigestEvent = v.InferOutput<typeof digestEvent>;

/**
 * A hard bounce or a complaint suppresses the address, known here or not; the third soft bounce in a row pauses its
 * subscription. Idempotent by event id; false when the event was received before.
 */
export function applyEvent(
  db: WritableDb,
  secret: string,
  id: string,
  event: DigestEvent,
  now: Date,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const fresh = await tx.query(sql`
      insert into digest_events (id) values (${id}) on conflict do nothing returning id`);
    if (fresh.length === 0) return false;
    await apply(tx, secret, event, now);
    return true;
  });
}

async function apply(tx: Transaction, secret: string, { type, data }: DigestEvent, now: Date): Promise<void> {
  const subscriptions = await tx.query<{ id: number; email: string }>(sql`
    select id, email from digest_subscriptions where lower(email) = lower(${data.email}) for update`);
  if (type === "bounce.soft") {
    for (const { id } of subscriptions) await countSoftBounce(tx, id, now);
    return;
  }
  const reason = type === "complaint" ? "COMPLAINT" : "BOUNCE";
  for (const { id, email } of subscriptions) await suppress(tx, secret, { subscriptionId: id, email }, reason);
  await suppressAddress(tx, secret, data.email, reason);
}
