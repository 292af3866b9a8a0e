import type { WritableDb } from "../db/database";
import type { Log } from "../log";
import { type Claim, claimNext, reasonToSkip } from "./delivery.service";
import type { DigestSettings } from "./digest.settings";
import type { OutgoingMail } from "./mail.bytes";
import type { Mailer } from "./mailer";
import type { Outcome } from "./outcome";
import { type Renderers, writeMail } from "./outgoing";
import { type Result, record } from "./record.service";

/** What senders share. */
export interface PostOffice {
  mailer: Mailer;
  renderers: Renderers;
  settings: DigestSettings;
  log: Log;
}

/**
 * Sends one delivery that is due, and records what became of it: at most once, whatever fails. Only what is known not to
 * have been accepted is tried again, with back-off. False when nothing is due.
 */
export async function sendNext(db: WritableDb, office: PostOffice, now: Date): Promise<boolean> {
  const claim = await claimNext(db, now);
  if (!claim) return false;
  const result = await attempt(db, office, claim);
  if (result.kind !== "ACCEPTED" && result.kind !== "SKIPPED") {
    office.log.warn({ delivery: claim.id, kind: result.kind, reason: result.reason }, "a mail was not accepted");
  }
  await record(db, office.settings.secret, claim, result, now);
  return true;
}

async function attempt(db: WritableDb, office: PostOffice, claim: Claim): Promise<Result> {
  const mail = await prepare(db, office, claim);
  if ("kind" in mail) return mail;
  // Read at the last moment: whoever unsubscribed while the mail was queued or written does not get it.
  const reason = await reasonToSkip(db, office.settings.secret, claim).catch(() => "FAILED" as const);
  if (reason === "FAILED") return notSent("the database is away");
  if (reason) return { kind: "SKIPPED", reason };
  return office.mailer.send(mail);
}

async function prepare(db: WritableDb, office: PostOffice, claim: Claim): Promise<OutgoingMail | Result> {
  try {
    // Before its token is issued, which would end the one of a newer confirmation.
    const reason = await reasonToSkip(db, office.settings.secret, claim);
    if (reason) return { kind: "SKIPPED", reason };
    return await writeMail(db, office.renderers, office.settings, claim);
  } catch (err) {
    office.log.error({ err, delivery: claim.id }, "a mail could not be written");
    return notSent("could not be written");
  }
}

const notSent = (reason: string): Outcome => ({ kind: "FAILED", reason, isSoftBounce: false });
