import * as v from "valibot";
import type { Transaction, WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import { isMailAddress } from "../../mail-address";
import { countSoftBounce, suppress, suppressAddress } from "../bounce.service";

const TYPES = ["bounce.hard", "bounce.soft", "complaint"] as const;

/** What a mail service posts of an address, in the form of Standard Webhooks. */
export const digestEvent = v.object({
  type: v.picklist(TYPES),
  data: v.object({ email: v.pipe(v.string(), v.check(isMailAddress)) }),
});

/** Whether an event is of another type, which is none of ours: mail services post more than was asked for. */
export function isOfOtherType(body: unknown): boolean {
  const { type } = (body ?? {}) as { type?: unknown };
  return typeof type === "string" && !TYPES.some((ours) => ours === type);
}

export type DigestEvent = v.InferOutput<typeof digestEvent>;

/**
 * A hard bounce or a complaint suppresses the address, known here or not; the third soft bounce in a row pauses its
 * subscription. Once for each event id, however often it is posted; false when it was received before.
 */
export function applyEvent(
  db: WritableDb,
  secret: string,
  id: string,
  event: DigestEvent,
  now: Date,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const fresh = await tx.read(sql`
      insert into digest_events (id) values (${id}) on conflict do nothing returning id`);
    if (fresh.length === 0) return false;
    await apply(tx, secret, event, now);
    return true;
  });
}

async function apply(tx: Transaction, secret: string, { type, data }: DigestEvent, now: Date): Promise<void> {
  const subscriptions = await tx.read<{ id: number; email: string }>(sql`
    select id, email from digest_subscriptions where lower(email) = lower(${data.email}) for update`);
  if (type === "bounce.soft") {
    for (const { id } of subscriptions) await countSoftBounce(tx, id, now);
    return;
  }
  const reason = type === "complaint" ? "COMPLAINT" : "BOUNCE";
  for (const { id, email } of subscriptions) await suppress(tx, secret, { subscriptionId: id, email }, reason);
  await suppressAddress(tx, secret, data.email, reason);
}
