import { setTimeout as sleep } from "node:timers/promises";
import { databaseNow } from "../../db/clock";
import type { Transaction, WritableDb } from "../../db/database";
import { lockMailbox } from "../../db/locks";
import { sql } from "../../db/sql";
import type { UserError } from "../../graphql/user-error.type";
import type { DigestRequest } from "../deliveries/delivery.entity";
import { DigestFrequency, DigestStatus } from "../digest.types";
import { hashesOf, normalizeAddress } from "./address";
import { type PreferenceInput, type Preferences, readPreferences } from "./preferences";
import { weekdayAfterClose } from "./schedule";
import type { SignupLimit } from "./signup-limit";

/** Every response takes a multiple of this, longer than the slowest case, so that its time reveals nothing about the address. */
const ANSWER_MS = 150;

const DEFAULTS = {
  frequency: DigestFrequency.DAILY,
  hour: 7,
  timeZone: "UTC",
  maxPapers: 10,
  skipEmpty: true,
  filter: {},
};

/** Where a consent comes from, stored as its record. */
export interface Consent {
  address: string;
  userAgent: string | null;
}

export interface SubscribeInput extends PreferenceInput {
  email: string;
  consentVersion: string;
}

/**
 * Asks an address to confirm a digest. The response is the same, in body and time, whether the address is new, pending,
 * already subscribed (it is told so, once a day) or suppressed (nothing is sent). Nothing else that others can see reveals
 * which: ids are used up alike.
 */
export async function subscribeToDigest(
  db: WritableDb,
  input: SubscribeInput,
  consent: Consent,
  signupLimit: SignupLimit,
): Promise<UserError[]> {
  const weekday = weekdayAfterClose(input.timeZone ?? DEFAULTS.timeZone, input.hour ?? DEFAULTS.hour);
  const { preferences, userErrors } = await readPreferences(db, input, { ...DEFAULTS, weekday });
  // Errors in the form are reported before counting: they reveal nothing about the address.
  if (userErrors.length > 0) return userErrors;
  await signupLimit.admit(consent.address);
  const begun = performance.now();
  const asked = { ...input, ...preferences, at: await databaseNow(db) };
  await db.transaction((tx) => request(tx, asked, consent, signupLimit));
  const took = performance.now() - begun;
  await sleep(Math.ceil(took / ANSWER_MS) * ANSWER_MS - took);
  return [];
}

type Request = SubscribeInput & Preferences & { at: Date };

async function request(
  tx: Transaction,
  input: Request,
  consent: Consent,
  { secret, perMailbox }: Pick<SignupLimit, "secret" | "perMailbox">,
): Promise<void> {
  const mailbox = normalizeAddress(input.email);
  await lockMailbox(tx, mailbox);
  const [known] = await tx.query<{ confirmations: number; isSuppressed: boolean }>(sql`
    select (
      select count(*)::int from digest_deliveries d join digest_subscriptions s on s.id = d.subscription_id
      where s.email_fold = ${mailbox} and d.kind = 'CONFIRMATION' and d.created_at > now() - interval '1 day'
    ) as confirmations,
    exists (
      select from digest_suppressions where address_hash = any(${hashesOf(secret, input.email)}::bytea[])
    ) as "isSuppressed"`);
  if (known!.isSuppressed) {
    // Uses up an id, as every insert does: a subscription's number shows in the minute of its mails.
    await tx.query(sql`select nextval(pg_get_serial_sequence('digest_subscriptions', 'id'))`);
    return;
  }
  const { id, status } = await remember(tx, input, mailbox, consent);
  if (status === DigestStatus.SUPPRESSED) return;
  const isSubscribed = status === DigestStatus.ACTIVE || status === DigestStatus.PAUSED;
  if (isSubscribed) await queue(tx, id, "REMINDER", input.at.toISOString().slice(0, 10), null);
  else if (known!.confirmations < perMailbox) {
    await queue(tx, id, "CONFIRMATION", input.at.toISOString(), requestOf(input, consent));
  }
}

/** The address's one subscription. Only a confirmation changes its contents, not anyone who knows the address. */
async function remember(
  tx: Transaction,
  input: Request,
  mailbox: string,
  { address, userAgent }: Consent,
): Promise<{ id: number; status: DigestStatus }> {
  const { email, frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter, consentVersion, at } = input;
  await tx.query(sql`
    insert into digest_subscriptions as s (email, email_fold, frequency, weekday, hour, time_zone, max_papers, skip_empty,
      filter, consent_version, requested_at, request_address, request_user_agent)
    values (${email}, ${mailbox}, ${frequency}, ${weekday}, ${hour}::int, ${timeZone}, ${maxPapers}::int,
      ${skipEmpty}::boolean, ${JSON.stringify(filter)}::jsonb, ${consentVersion}, ${at}::timestamptz,
      ${address}, ${userAgent})
    on conflict (lower(email)) do nothing`);
  // A pending subscription is kept for a while after the latest request, as each mail's link works for two days. The origin
  // of earlier requests is not kept: with repeated requests it would never expire.
  await tx.query(sql`
    update digest_subscriptions
    set requested_at = ${at}::timestamptz, request_address = ${address}, request_user_agent = ${userAgent}
    where lower(email) = lower(${email}) and status = 'PENDING'`);
  const [row] = await tx.query<{ id: number; status: DigestStatus }>(sql`
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
  await tx.query(sql`
    insert into digest_deliveries (subscription_id, kind, period_key, request)
    values (${id}::int, ${kind}, ${key}, ${request && JSON.stringify(request)}::jsonb)
    on conflict do nothing`);
}
