import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Db, WritableDb } from "../db/database";
import { ExpectedError } from "../expected-error";
import { isMailAddress } from "../mail-address";
import { eraseAddress } from "./bounce.service";
import { countDeliveries } from "./delivery.service";
import { DigestFrequency } from "./digest.types";
import { eraseMails } from "./outbox/outbox.retention";
import { type PreviewContext, previewDigest } from "./preview";

const USAGE = `Usage:
  npm run --silent digest -- preview --frequency ${Object.values(DigestFrequency).join("|")} --on DAY [--keywords WORD,WORD] [--to FILE]
  npm run --silent digest -- status
  npm run --silent digest -- erase ADDRESS`;

const OPTIONS = {
  frequency: { type: "string" },
  on: { type: "string" },
  keywords: { type: "string" },
  to: { type: "string" },
} as const;

const STATUS_DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;

/** Shows a digest as it would go out, or what became of those of the last 30 days, or erases a reader; gives what to print. */
export async function runDigestCommand(db: WritableDb, args: string[], context: PreviewContext): Promise<string> {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (rest.length === 0 && command === "status" && Object.keys(values).length === 0) return status(db, context.now);
  if (rest.length === 1 && command === "erase" && Object.keys(values).length === 0) {
    if (!isMailAddress(rest[0]!)) throw new ExpectedError(`${rest[0]} is no mail address, e.g. ada@example.org.`);
    const erased = await eraseAddress(db, context.settings.secret, rest[0]!);
    await eraseMails(context.settings.outbox, rest[0]!);
    return erased
      ? "Erased, and never to be written to again."
      : "There was no such subscription; never to be written to.";
  }
  if (rest.length > 0 || command !== "preview" || !values.frequency || !values.on) throw new ExpectedError(USAGE);
  const mail = await previewDigest(db, context, {
    frequency: frequency(values.frequency),
    on: day(values.on),
    keywords:
      values.keywords
        ?.split(",")
        .map((word) => word.trim())
        .filter(Boolean) ?? null,
  });
  if (!values.to) return mail.toString();
  await writeFile(values.to, mail, { mode: 0o600 }).catch((error) => {
    throw new ExpectedError(`${values.to} cannot be written (${error.code}).`);
  });
  return `Written to ${values.to}.`;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new ExpectedError(`${(error as Error).message.split(". ")[0]}.\n${USAGE}`);
  }
}

function frequency(text: string): DigestFrequency {
  const found = Object.values(DigestFrequency).find((each) => each === text.toUpperCase());
  if (found) return found;
  throw new ExpectedError(`--frequency ${text} is none of ${Object.values(DigestFrequency).join(", ")}.`);
}

function day(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)) return text;
  throw new ExpectedError(`--on ${text} is no day, e.g. 2026-10-07.`);
}

async function status(db: Db, now: Date): Promise<string> {
  const counts = await countDeliveries(db, new Date(now.getTime() - STATUS_DAYS * DAY_MS));
  if (counts.length === 0) return `No mails were planned in the last ${STATUS_DAYS} days.`;
  const days = [...new Set(counts.map((each) => each.day))];
  const lineOf = (each: string) =>
    counts
      .filter((count) => count.day === each)
      .map((count) => `${count.status.toLowerCase()} ${count.count}`)
      .join("  ");
  return days.map((each) => `${each}  ${lineOf(each)}`).join("\n");
}
