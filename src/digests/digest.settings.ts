import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config/config";
import { makeDataDir } from "../config/data-dir";
import { ExpectedError } from "../config/expected-error";
import type { Mailbox } from "../inputs/mail-address";

/** The settings of mails and their links. */
export interface DigestSettings {
  /** The site's name in mails and pages. */
  siteName: string;
  /** The URL at which readers reach this API, without a trailing slash. With PORT=0 it is set when the port is known. */
  publicUrl: string;
  /** Keys the tokens in mails and the hashes of suppressed addresses. */
  secret: string;
  /** The senders of digests and of confirmations. */
  from: { digest: Mailbox; confirmation: Mailbox };
  smtpUrl: string | null;
  dkim: { domain: string; selector: string; privateKey: string } | null;
  /** The folder for mails as .eml files when there is no mail server. */
  outbox: string;
  /** Part of the address of the page that shows them; null with a mail server, where there is no such page. */
  outboxSecret: string | null;
  /** Verifies requests to /digest/events; null: the route does not exist. */
  eventsSecret: string | null;
}

/** The settings of digests. Secrets that are not set are generated at the first start. */
export async function digestSettings(config: Config): Promise<DigestSettings> {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, DKIM_PRIVATE_KEY_FILE: keyFile } = config;
  return {
    siteName: config.SITE_NAME,
    publicUrl: config.PUBLIC_URL ?? `http://localhost:${config.PORT}`,
    secret: config.DIGEST_SECRET ?? (await readSecret(config.DATA_DIR, "digest-secret")),
    from: { digest: config.MAIL_FROM, confirmation: config.MAIL_FROM_CONFIRMATION },
    smtpUrl: config.SMTP_URL ?? null,
    dkim: domain && selector && keyFile ? { domain, selector, privateKey: await readKey(keyFile) } : null,
    outbox: path.join(config.DATA_DIR, "outbox"),
    outboxSecret: config.SMTP_URL ? null : await readSecret(config.DATA_DIR, "outbox-secret"),
    eventsSecret: config.DIGEST_EVENTS_SECRET ?? null,
  };
}

async function readKey(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error) => {
    throw new ExpectedError(`DKIM_PRIVATE_KEY_FILE ${file} cannot be read (${error.code}).`);
  });
}

/** Reads a secret from a file that only this user can read, or creates it. Of processes that start together the first wins. */
async function readSecret(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  await makeDataDir(folder);
  await writeFile(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  // Another process may have created the file without having written to it yet.
  for (let tried = 0; tried < 20; tried++) {
    const secret = (await readFile(file, "utf8")).trim();
    if (secret.length >= 32) return secret;
    await sleep(50);
  }
  throw new ExpectedError(
    `${file} holds no secret of 32 characters or more; remove it, and the next start creates one.`,
  );
}
