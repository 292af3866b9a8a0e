import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { foldAddress } from "../address";
import { findMail } from "./outbox.reader";

const KEPT_MS = 30 * 24 * 60 * 60_000;

/** Removes the mails of more than 30 days ago, and what was left half written: they hold addresses, and links that act. */
export async function forgetOldMails(folder: string, now: Date): Promise<void> {
  for (const file of await filesOf(folder)) {
    const { mtimeMs } = (await stat(file).catch(() => null)) ?? { mtimeMs: Number.POSITIVE_INFINITY };
    if (mtimeMs < now.getTime() - KEPT_MS) await rm(file, { force: true });
  }
}

/** Removes all mails to a mailbox, however it is spelt. */
export async function eraseMails(folder: string, email: string): Promise<void> {
  for (const file of await filesOf(folder)) {
    const mail = await findMail(folder, path.basename(file));
    if (mail && foldAddress(mail.to) === foldAddress(email)) await rm(file, { force: true });
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.eml(\.new)?$/.test(name)).map((name) => path.join(folder, name));
}
