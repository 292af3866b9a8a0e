import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { AddressObject, simpleParser as parse } from "mailparser";

export interface OutboxMail {
  subject: string;
  to: string;
  date: Date | null;
  html: string | null;
  text: string;
  /** As in the file. */
  headers: string[];
}

const FILE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.eml$/;
const MAX_BYTES = 5_000_000;
const MAX_LISTED = 100;

/** The newest mails of a folder, newest first; empty when there is no such folder. */
export async function listMails(folder: string): Promise<{ file: string; mail: OutboxMail }[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map(async (file) => ({ file, time: (await statMail(folder, file))?.mtimeMs })));
  const newest = found
    .flatMap(({ file, time }) => (time === undefined ? [] : [{ file, time }]))
    .sort((a, b) => b.time - a.time || b.file.localeCompare(a.file))
    .slice(0, MAX_LISTED);
  const mails = await Promise.all(newest.map(async ({ file }) => ({ file, mail: await findMail(folder, file) })));
  return mails.flatMap(({ file, mail }) => (mail ? [{ file, mail }] : []));
}

/** A mail by its file name; null when the folder has none of that name. */
export async function findMail(folder: string, file: string): Promise<OutboxMail | null> {
  if (!(await statMail(folder, file))) return null;
  // Slow to load, and most processes never show a mail.
  const { simpleParser } = require("mailparser") as { simpleParser: typeof parse };
  const parsed = await simpleParser(await readFile(path.join(folder, file)), { skipTextToHtml: true });
  return {
    subject: parsed.subject ?? "(no subject)",
    to: [parsed.to ?? []]
      .flat()
      .map(({ text }: AddressObject) => text)
      .join(", "),
    date: parsed.date ?? null,
    html: parsed.html || null,
    text: parsed.text ?? "",
    headers: parsed.headerLines.map(({ line }) => line),
  };
}

/** Accepts only names of files in the folder itself: no links, and nothing too large to show. */
async function statMail(folder: string, file: string) {
  if (!FILE.test(file)) return null;
  const stats = await lstat(path.join(folder, file)).catch(() => null);
  return stats?.isFile() && stats.size <= MAX_BYTES ? stats : null;
}
