import type { Transaction } from "../../db/database";
import { type Sql, sql } from "../../db/sql";

/** Disables the webhooks `w` that meet a condition; what is queued waits until they are enabled again. */
export async function disable(tx: Transaction, condition: Sql, reason: string, now: Date): Promise<void> {
  const disabled = await tx.query<{ id: number }>(sql`
    update webhooks w set disabled_at = ${now}::timestamptz, disabled_reason = ${reason}, waits_until = null
    where ${condition} returning w.id`);
  await tx.query(sql`
    update webhook_deliveries d set next_attempt_at = 'infinity'
    where d.webhook_id = any(${disabled.map(({ id }) => id)}::int[]) and d.status = 'QUEUED'`);
}
