import type { WritableDb } from "../../db/database";
import type { Log } from "../../log";
import type { DigestSettings } from "../digest.settings";
import { renderers } from "../mail/renderers";
import { createMailer, type Mailer } from "../transport/mailer";
import type { OutgoingMail } from "../transport/mime";
import type { Outcome } from "../transport/smtp-outcome";
import { type Claim, claimNext, reasonToSkip } from "./claim.service";
import { type Renderers, writeMail } from "./compose-mail";
import { type Result, recordOutcome } from "./outcome.service";

/** What all senders share. */
export interface SendOptions {
  mailer: Mailer;
  renderers: Renderers;
  settings: DigestSettings;
  log: Log;
}

/** The send options of the running service. */
export function createSendOptions(settings: DigestSettings, log: Log): SendOptions {
  return { mailer: createMailer(settings), renderers, settings, log };
}

/**
 * Sends one due delivery and records the outcome: at most once, whatever fails. Only a mail that is known not to have been
 * accepted is tried again, with back-off. False when nothing is due.
 */
export async function sendNext(db: WritableDb, sending: SendOptions, now: Date): Promise<boolean> {
  const claim = await claimNext(db, now);
  if (!claim) return false;
  const result = await attempt(db, sending, claim);
  if (result.kind !== "ACCEPTED" && result.kind !== "SKIPPED") {
    sending.log.warn({ delivery: claim.id, kind: result.kind, reason: result.reason }, "a mail was not accepted");
  }
  await recordOutcome(db, sending.settings.secret, claim, result, now);
  return true;
}

async function attempt(db: WritableDb, sending: SendOptions, claim: Claim): Promise<Result> {
  const mail = await prepare(db, sending, claim);
  if ("kind" in mail) return mail;
  // Read at the last moment: a reader who unsubscribed while the mail was queued or composed does not get it.
  const reason = await reasonToSkip(db, sending.settings.secret, claim).catch(() => "FAILED" as const);
  if (reason === "FAILED") return notSent("the database is away");
  if (reason) return { kind: "SKIPPED", reason };
  return sending.mailer.send(mail);
}

async function prepare(db: WritableDb, sending: SendOptions, claim: Claim): Promise<OutgoingMail | Result> {
  try {
    // Before its token is issued, which would revoke that of a newer confirmation.
    const reason = await reasonToSkip(db, sending.settings.secret, claim);
    if (reason) return { kind: "SKIPPED", reason };
    return await writeMail(db, sending.renderers, sending.settings, claim);
  } catch (err) {
    sending.log.error({ err, delivery: claim.id }, "a mail could not be written");
    return notSent("could not be written");
  }
}

const notSent = (reason: string): Outcome => ({ kind: "FAILED", reason, isSoftBounce: false });
