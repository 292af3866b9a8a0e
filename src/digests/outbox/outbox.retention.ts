import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { millisecondsInDay } from "date-fns/constants";
import { tryReading } from "../../inputs/input-error";
import { readMailAddress } from "../../inputs/mail-address";
import { normalizeAddress } from "../subscriptions/address";
import { findMail } from "./outbox.reader";

const KEPT_MS = 30 * millisecondsInDay;

/** Removes mails older than 30 days and half-written files: they hold addresses, and links that act. */
export async function forgetOldMails(folder: string, now: Date): Promise<void> {
  for (const file of await filesOf(folder)) {
    const { mtimeMs } = (await stat(file).catch(() => null)) ?? { mtimeMs: Number.POSITIVE_INFINITY };
    if (mtimeMs < now.getTime() - KEPT_MS) await rm(file, { force: true });
  }
}

/** Removes all mails to a mailbox, under any spelling. */
export async function eraseMails(folder: string, email: string): Promise<void> {
  for (const file of await filesOf(folder)) {
    const mail = await findMail(folder, path.basename(file));
    // The domain is shown in its own script.
    const to = mail && tryReading(readMailAddress, mail.to);
    if (to && "value" in to && normalizeAddress(to.value) === normalizeAddress(email)) await rm(file, { force: true });
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.eml(\.new)?$/.test(name)).map((name) => path.join(folder, name));
}
