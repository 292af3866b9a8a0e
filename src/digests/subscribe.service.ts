import { setTimeout as sleep } from "node:timers/promises";
import { databaseNow } from "../db/clock";
import type { Transaction, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import type { UserError } from "../user-error.type";
import { foldAddress, hashesOf } from "./address";
import type { DigestRequest } from "./delivery.entity";
import { DigestFrequency, DigestStatus } from "./digest.types";
import { type PreferenceInput, type Preferences, readPreferences } from "./preferences";
import { weekdayAfterClose } from "./schedule";

/** Every answer takes a multiple of what the slowest of its kind takes, so that its time tells nothing of the address. */
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

/**
 * Asks an address to confirm a digest. The answer is the same, in body and time, whether the address is new, waits for
 * its confirmation, has a digest already (it is told so, once a day), or does not want mail (nothing is sent). Nor does
 * anything that others see tell which it was: numbers are used up alike.
 */
export async function subscribeToDigest(
  db: WritableDb,
  input: SubscribeInput,
  consent: Consent,
  { secret, perMailbox }: { secret: string; perMailbox: number },
): Promise<UserError[]> {
  const weekday = weekdayAfterClose(input.timeZone ?? DEFAULTS.timeZone, input.hour ?? DEFAULTS.hour);
  const { preferences, userErrors } = readPreferences(input, { ...DEFAULTS, weekday });
  if (userErrors.length > 0) return userErrors;
  const begun = performance.now();
  const asked = { ...input, ...preferences, at: await databaseNow(db) };
  await db.transaction((tx) => request(tx, asked, consent, { secret, perMailbox }));
  const took = performance.now() - begun;
  await sleep(Math.ceil(took / ANSWER_MS) * ANSWER_MS - took);
  return [];
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
    exists (
      select from digest_suppressions where address_hash = any(${hashesOf(secret, input.email)}::bytea[])
    ) as "isSuppressed"`);
  if (known!.isSuppressed) {
    // As an insert does, whether or not the address is there: a subscription's number shows in the minute of its mails.
    await tx.read(sql`select nextval(pg_get_serial_sequence('digest_subscriptions', 'id'))`);
    return;
  }
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
  const { email, frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter, consentVersion, at } = input;
  await tx.read(sql`
    insert into digest_subscriptions as s (email, email_fold, frequency, weekday, hour, time_zone, max_papers, skip_empty,
      filter, consent_version, requested_at, request_address, request_user_agent)
    values (${email}, ${fold}, ${frequency}, ${weekday}, ${hour}::int, ${timeZone}, ${maxPapers}::int,
      ${skipEmpty}::boolean, ${JSON.stringify(filter)}::jsonb, ${consentVersion}, ${at}::timestamptz,
      ${address}, ${userAgent})
    on conflict (lower(email)) do nothing`);
  // What waits to be confirmed is kept for a while after the latest request: each mail's link works for two days. Where the
  // first one came from is not kept with it: asked again and again, it would never be old.
  await tx.read(sql`
    update digest_subscriptions
    set requested_at = ${at}::timestamptz, request_address = ${address}, request_user_agent = ${userAgent}
    where lower(email) = lower(${email}) and status = 'PENDING'`);
  const [row] = await tx.read<{ id: number; status: DigestStatus }>(sql`
    select id, status from digest_subscriptions where lower(email) = lower(${email})`);
  return row!;
}

function requestOf(input: Request, { address, userAgent }: Consent): DigestRequest {
  const { email, frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter, consentVersion, at } = input;
  const preferences = { frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter };
  return { ...preferences, email, consentVersion, requestedAt: at.toISOString(), address, userAgent };
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
