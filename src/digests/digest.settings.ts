import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config";
import { makeDataDir } from "../data-dir";
import { ExpectedError } from "../expected-error";

/** What mails and their links need to know. */
export interface DigestSettings {
  /** Where readers reach this API, without a slash at the end. For PORT=0 it is set when the port is known. */
  publicUrl: string;
  /** Keys the tokens in mails and the hashes of suppressed addresses. */
  secret: string;
  /** The From address of digests, and the one of confirmations. */
  from: { digest: string; confirmation: string };
  smtpUrl: string | null;
  dkim: { domain: string; selector: string; privateKey: string } | null;
  /** Where mails go as .eml files when there is no mail server. */
  outbox: string;
  /** Stands in the address of the page that shows them; null where there is a mail server, and no such page. */
  outboxSecret: string | null;
  /** Signs what is posted to /digest/events; null keeps that closed. */
  eventsSecret: string | null;
}

/** The settings of digests; the secrets are made at the first start, unless one is set. */
export async function digestSettings(config: Config): Promise<DigestSettings> {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, DKIM_PRIVATE_KEY_FILE: keyFile } = config;
  return {
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

/** Kept where only this user reads it. Processes that start together agree on the one that was there first. */
async function readSecret(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  await makeDataDir(folder);
  await writeFile(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  // Another process may have made it without having written it yet.
  for (let tried = 0; tried < 20; tried++) {
    const secret = (await readFile(file, "utf8")).trim();
    if (secret.length >= 32) return secret;
    await sleep(50);
  }
  throw new ExpectedError(`${file} holds no secret of 32 characters or more; remove it, and the next start makes one.`);
}
