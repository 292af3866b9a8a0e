import type { WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import { type UserError, UserErrorCode, userError } from "../../graphql/user-error.type";
import { DigestStatus } from "../digest.types";
import { findSubscription, lockManaged } from "./link.service";
import { pauseProblem } from "./preference-rules";
import { type PreferenceInput, readPreferences } from "./preferences";
import { nextSendAt, startOfDay } from "./schedule";
import type { DigestSubscription } from "./subscription.entity";

export interface SubscriptionChanges extends PreferenceInput {
  /** A day pauses until then; null resumes at once; undefined changes nothing. */
  pausedUntil?: string | null;
}

/** Changes what the subscription of a management token sends, and when. Null for an unknown token. */
export function updateSubscription(
  db: WritableDb,
  token: string,
  changes: SubscriptionChanges,
  now: Date,
): Promise<{ subscription: DigestSubscription; userErrors: UserError[] } | null> {
  return db.transaction(async (tx) => {
    const standing = await lockManaged(tx, token);
    if (!standing) return null;
    const { preferences, userErrors } = await readPreferences(tx, changes, standing);
    const pause = readPause(standing, changes.pausedUntil, now);
    const errors = [...userErrors, ...pause.userErrors];
    if (errors.length > 0) return { subscription: standing, userErrors: errors };
    const { frequency, weekday, hour, timeZone, maxPapers, skipEmpty, filter } = preferences;
    const next = nextTime(standing, { ...standing, ...preferences }, pause, now);
    await tx.query(sql`
      update digest_subscriptions set frequency = ${frequency}, weekday = ${weekday}, hour = ${hour}::int,
        time_zone = ${timeZone}, max_papers = ${maxPapers}::int, skip_empty = ${skipEmpty}::boolean,
        filter = ${JSON.stringify(filter)}::jsonb, status = ${pause.status}, paused_until = ${pause.until}::date,
        next_send_at = ${next}::timestamptz, updated_at = now()
      where id = ${standing.id}::int`);
    return { subscription: await findSubscription(tx, standing.id), userErrors: [] };
  });
}

/** A digest that is already due is not postponed by a change that does not affect its time. */
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
  const problem = pauseProblem("pausedUntil", wanted, now);
  const userErrors = problem ? [userError(UserErrorCode.INVALID, problem, "input", "pausedUntil")] : [];
  return { status: DigestStatus.PAUSED, until: wanted, userErrors };
}
