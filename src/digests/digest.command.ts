import { writeFile } from "node:fs/promises";
import { millisecondsInDay } from "date-fns/constants";
import { readCommand } from "../config/arguments";
import { ExpectedError } from "../config/expected-error";
import type { Db, WritableDb } from "../db/database";
import { tryReading } from "../inputs/input-error";
import { readMailAddress } from "../inputs/mail-address";
import { problemsOfFilter } from "../meaning/check-lasting-filter";
import { splitCategories, splitKeywords } from "../papers/filter-rules";
import type { PaperFilter } from "../papers/paper-filter.input";
import { eraseAddress } from "./bounces/bounce.service";
import { countDeliveries } from "./deliveries/claim.service";
import { type PreviewContext, previewDigest } from "./deliveries/preview";
import { DigestFrequency } from "./digest.types";
import { eraseMails } from "./outbox/outbox.retention";

export const USAGE = `Usage:
  npm run --silent digest -- preview --frequency ${Object.values(DigestFrequency).join("|")} --on DAY [--keywords WORD,WORD] [--categories CATEGORY,CATEGORY] [--near ID,ID] [--to FILE]
  npm run --silent digest -- status
  npm run --silent digest -- erase ADDRESS`;

const COMMANDS = {
  preview: {
    words: [],
    options: ["frequency", "on", "keywords", "categories", "near", "to"],
    needed: ["frequency", "on"],
  },
  status: { words: [], options: [] },
  erase: { words: ["ADDRESS"], options: [] },
} as const;

const STATUS_DAYS = 30;

/** Previews a digest, counts the deliveries of the last 30 days, or erases a reader; returns what to print. */
export async function runDigestCommand(db: WritableDb, args: string[], context: PreviewContext): Promise<string> {
  const { command, words, values } = readCommand(args, COMMANDS, USAGE);
  if (command === "status") return status(db, context.now);
  if (command === "erase") return erase(db, context, words[0]!);
  const { mail, paperCount } = await previewDigest(db, context, {
    frequency: frequency(values.frequency!),
    on: day(values.on!),
    filter: {
      ...(await part(db, "keywords", splitKeywords, values.keywords)),
      ...(await part(db, "categories", splitCategories, values.categories)),
      ...(await part(db, "near", splitKeywords, values.near)),
    },
  });
  if (!values.to) return mail.toString();
  await writeFile(values.to, mail, { mode: 0o600 }).catch((error) => {
    throw new ExpectedError(`${values.to} cannot be written (${error.code}).`);
  });
  const papers = paperCount === 1 ? "1 paper" : `${paperCount || "no"} papers`;
  return `Written to ${values.to}, with ${papers}.`;
}

async function erase(db: WritableDb, { settings }: PreviewContext, text: string): Promise<string> {
  const read = tryReading(readMailAddress, text);
  if ("problem" in read) throw new ExpectedError(`${text} is not a mail address. ${read.problem}`);
  const erased = await eraseAddress(db, settings.secret, read.value);
  await eraseMails(settings.outbox, read.value);
  return erased
    ? "Erased. No mail will be sent to this address again."
    : "There was no such subscription. No mail will be sent to this address.";
}

function frequency(text: string): DigestFrequency {
  const found = Object.values(DigestFrequency).find((each) => each === text.toUpperCase());
  if (found) return found;
  throw new ExpectedError(`--frequency ${text} must be one of ${Object.values(DigestFrequency).join(", ")}.`);
}

/** A part of the filter, by the same rules as a subscriber's; nothing for an option that was not given. */
async function part(
  db: Db,
  name: "keywords" | "categories" | "near",
  split: (text: string) => string[],
  text: string | undefined,
): Promise<Partial<PaperFilter>> {
  if (text === undefined) return {};
  const filter = { [name]: split(text) };
  if (filter[name]!.length === 0) throw new ExpectedError(`--${name} ${JSON.stringify(text)} names none.`);
  const [problem] = await problemsOfFilter(db, filter);
  if (problem) throw new ExpectedError(`--${name}: ${problem.message}`);
  return filter;
}

function day(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)) return text;
  throw new ExpectedError(`--on ${text} is not a day such as 2026-10-07.`);
}

async function status(db: Db, now: Date): Promise<string> {
  const counts = await countDeliveries(db, new Date(now.getTime() - STATUS_DAYS * millisecondsInDay));
  if (counts.length === 0) return `No mails were planned in the last ${STATUS_DAYS} days.`;
  const days = [...new Set(counts.map((each) => each.day))];
  const lineOf = (each: string) =>
    counts
      .filter((count) => count.day === each)
      .map((count) => `${count.status.toLowerCase()} ${count.count}`)
      .join("  ");
  return days.map((each) => `${each}  ${lineOf(each)}`).join("\n");
}
