import { setTimeout as sleep } from "node:timers/promises";
import { databaseNow } from "../db/clock";
import type { Transaction, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { serviceUnavailable } from "../errors";
import type { UserError } from "../user-error.type";
import { foldAddress, hashAddress } from "./address";
import type { DigestRequest } from "./delivery.entity";
import { DigestFrequency, DigestStatus } from "./digest.types";
import { type PreferenceInput, type Preferences, readPreferences } from "./preferences";
import { weekdayAfterClose } from "./schedule";

/** Every answer takes at least as long as the slowest of its kind, so that its time tells nothing of the address. */
const ANSWER_MS = 150;

const DEFAULTS = {
  frequency: DigestFrequency.DAILY,
  hour: 7,
  timeZone: "UTC",
  maxPapers: 10,
  skipEmpty: true,
  filter: {},
};

/** Who gives consent from where: kept as its record. */
export interface Consent {
  address: string;
  userAgent: string | null;
}

export interface SubscribeInput extends PreferenceInput {
  email: string;
  consentVersion: string;
}

/** How many confirmations may be sent: to one mailbox in a day, and to all in an hour. */
export interface ConfirmationLimits {
  perMailbox: number;
  all: number;
}

/**
 * Asks an address to confirm a digest. The answer is the same, in body and time, whether the address is new, waits for
 * its confirmation, has a digest already (it is told so, once a day), or does not want mail (nothing is sent).
 */
export async function subscribeToDigest(
  db: WritableDb,
  input: SubscribeInput,
  consent: Consent,
  { secret, limits }: { secret: string; limits: ConfirmationLimits },
): Promise<UserError[]> {
  const weekday = weekdayAfterClose(input.timeZone ?? DEFAULTS.timeZone, input.hour ?? DEFAULTS.hour);
  const { preferences, userErrors } = readPreferences(input, { ...DEFAULTS, weekday });
  if (userErrors.length > 0) return userErrors;
  const asked = { ...input, ...preferences, at: await databaseNow(db) };
  const work = db.transaction(async (tx) => {
    await rejectBeyond(tx, limits.all);
    await request(tx, asked, consent, { secret, perMailbox: limits.perMailbox });
  });
  await Promise.all([work, sleep(ANSWER_MS)]);
  return [];
}

async function rejectBeyond(tx: Transaction, limit: number): Promise<void> {
  const [row] = await tx.read<{ count: number }>(sql`
    select count(*)::int as count from digest_deliveries
    where created_at > now() - interval '1 hour' and kind = 'CONFIRMATION'`);
  if (row!.count >= limit) throw serviceUnavailable("Too many ask for digests at the moment; try again later.");
}

type Request = SubscribeInput & Preferences & { at: Date };

async function request(
  tx: Transaction,
  input: Request,
  consent: Consent,
  { secret, perMailbox }: { secret: string; perMailbox: number },
): Promise<void> {
  const fold = foldAddress(input.email);
  await tx.read(sql`select pg_advisory_xact_lock(hashtext('daily-papers digest'), hashtext(${fold}))`);
  const [known] = await tx.read<{ confirmations: number; isSuppressed: boolean }>(sql`
    select (
      select count(*)::int from digest_deliveries d join digest_subscriptions s on s.id = d.subscription_id
      where s.email_fold = ${fold} and d.kind = 'CONFIRMATION' and d.created_at > now() - interval '1 day'
    ) as confirmations,
    exists (select from digest_suppressions where address_hash = ${hashAddress(secret, input.email)}) as "isSuppressed"`);
  if (known!.isSuppressed) return;
  const { id, status } = await remember(tx, input, fold, consent);
  if (status === DigestStatus.SUPPRESSED) return;
  const isSubscribed = status === DigestStatus.ACTIVE || status === DigestStatus.PAUSED;
  if (isSubscribed) await queue(tx, id, "REMINDER", input.at.toISOString().slice(0, 10), null);
  else if (known!.confirmations < perMailbox) {
    await queue(tx, id, "CONFIRMATION", input.at.toISOString(), requestOf(input, consent));
  }
}

/** The address's one subscription. What it holds is changed by a confirmation only, not by whoever knows the address. */
async function remember(
  tx: Transaction,
  input: Request,
  fold: string,
  { address, userAgent }: Consent,
): Promise<{ id: number; status: DigestStatus }> {
  const { email, frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter, consentVersion } = input;
  await tx.read(sql`
    insert into digest_subscriptions as s (email, email_fold, frequency, weekday, hour, time_zone, max_papers, skip_empty,
      filter, consent_version, request_address, request_user_agent)
    values (${email}, ${fold}, ${frequency}, ${weekday}, ${hour}::int, ${timeZone}, ${maxPapers}::int,
      ${skipEmpty}::boolean, ${JSON.stringify(filter)}::jsonb, ${consentVersion}, ${address}, ${userAgent})
    on conflict (lower(email)) do nothing`);
  const [row] = await tx.read<{ id: number; status: DigestStatus }>(sql`
    select id, status from digest_subscriptions where lower(email) = lower(${email})`);
  return row!;
}

function requestOf(input: Request, { address, userAgent }: Consent): DigestRequest {
  const { frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter, consentVersion, at } = input;
  const preferences = { frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter };
  return { ...preferences, consentVersion, requestedAt: at.toISOString(), address, userAgent };
}

async function queue(
  tx: Transaction,
  id: number,
  kind: "CONFIRMATION" | "REMINDER",
  key: string,
  request: DigestRequest | null,
): Promise<void> {
  await tx.read(sql`
    insert into digest_deliveries (subscription_id, kind, period_key, request)
    values (${id}::int, ${kind}, ${key}, ${request && JSON.stringify(request)}::jsonb)
    on conflict do nothing`);
}
