import { readFile } from "node:fs/promises";
import { readArguments } from "../config/arguments";
import { misspeltFrom } from "../config/did-you-mean";
import { ExpectedError } from "../config/expected-error";
import { FIRST_DAY, sourceSettings } from "../config/source-settings";
import { parseUrl } from "../inputs/parse-url";
import { whyUnreadable } from "../inputs/unreadable";
import type { ImportItem } from "./source-record";
import { readArxivFiles } from "./sources/arxiv.source";
import { isDay } from "./sources/day";
import { readHuggingFaceDays, readHuggingFaceFiles } from "./sources/huggingface.source";
import type { OnProgress } from "./sources/input-file";
import { readPage } from "./sources/page.reader";
import { textOfFile } from "./sources/utf8";

interface CommandRun {
  signal: AbortSignal;
  onProgress: OnProgress;
  log: (line: string) => void;
  /** The current time, by the clock whose times records are compared by. */
  now: () => Promise<Date>;
  /** Called when a day of a live source has been read, with the time at which that began. */
  onDay?: (day: string, readAt: Date) => void;
}

export interface ImportCommand {
  /** Whether to print every rejected item and every note. */
  isVerbose: boolean;
  /** Where a live source is asked. */
  baseUrl?: string;
  items(run: CommandRun): AsyncIterable<ImportItem> | Iterable<ImportItem>;
  /** How to continue when the import ended before the item at this location was merged, or (undefined) at the very end. */
  resumeHint(location: string | undefined): string;
}

const USAGE = `Usage:
  npm run import -- page FILE [--year YEAR] [--trailing-number upvotes|comments]
  npm run import -- huggingface FILE...        (.json, .jsonl, either gzipped, - for standard input)
  npm run import -- huggingface --from DAY --to DAY [--base-url URL]
  npm run import -- arxiv FILE...              (JSON lines, Atom feeds, answers of OAI-PMH as arXivRaw; any gzipped, or -)
  --verbose with any of them tells of each rejected item and each note, not only of the first ones`;

const OPTIONS = {
  year: { type: "string" },
  "trailing-number": { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  "base-url": { type: "string" },
  verbose: { type: "boolean" },
} as const;

/** The sources of which files can be read, besides pages. */
const FILE_READERS = new Map<string, typeof readArxivFiles>([
  ["huggingface", readHuggingFaceFiles],
  ["arxiv", readArxivFiles],
]);

/** Parses the command line; throws an ExpectedError that says what is wrong with it. */
export async function parseCommand(
  args: string[],
  huggingFaceUrl: string = sourceSettings.HUGGINGFACE_URL.default,
): Promise<ImportCommand> {
  const { values, positionals } = readArguments(args, OPTIONS, USAGE);
  const [source, ...files] = positionals;
  const isVerbose = values.verbose ?? false;
  const allow = (...names: (keyof typeof OPTIONS)[]) => {
    const foreign = Object.keys(values).find((name) => name !== "verbose" && !names.some((each) => each === name));
    if (foreign) throw new ExpectedError(`--${foreign} is not an option of this import.\n${USAGE}`);
  };
  if (source === "page" && files.length === 1) {
    allow("year", "trailing-number");
    const options = { year: year(values.year), trailingNumber: trailingNumber(values["trailing-number"]) };
    const items = readPage(await readText(files[0]!), options);
    return { isVerbose, items: () => items, resumeHint: startAgain };
  }
  const readFiles = source === undefined ? undefined : FILE_READERS.get(source);
  if (source === "arxiv") allow();
  if (readFiles && files.length > 0) {
    allow();
    return {
      isVerbose,
      items: ({ now, onProgress, log }) => readFiles(files, now, onProgress, log),
      resumeHint: startAgain,
    };
  }
  if (source === "huggingface" && values.from && values.to) {
    allow("from", "to", "base-url");
    const range = { from: day("from", values.from), to: day("to", values.to) };
    if (range.from > range.to) throw new ExpectedError(`--from ${range.from} is after --to ${range.to}.`);
    const isEarly = range.from < FIRST_DAY;
    const early = (option: string, given: string) =>
      `--${option} ${given} is before the first day of Hugging Face's Daily Papers, ${FIRST_DAY}`;
    if (range.to < FIRST_DAY) throw new ExpectedError(`${early("to", range.to)}.`);
    const baseUrl = webUrl(values["base-url"] ?? huggingFaceUrl);
    const onRetry = (log: (line: string) => void) => (at: string, reason: string, waitMs: number) =>
      log(`${at}: ${reason}; retrying in ${Math.round(waitMs / 1000)} s`);
    const onFuture = (log: (line: string) => void) => (today: string) =>
      log(`--to ${range.to} is in the future: the import ends with today, ${today} in UTC.`);
    return {
      isVerbose,
      baseUrl,
      items: ({ signal, onProgress, log, now, onDay }) => {
        if (isEarly) log(`${early("from", range.from)}: the import begins with that.`);
        const from = isEarly ? FIRST_DAY : range.from;
        return readHuggingFaceDays(
          { from, to: range.to, baseUrl, signal, now, onDay, onRetry: onRetry(log), onFuture: onFuture(log) },
          onProgress,
        );
      },
      // A location is "2026-05-03 item 5".
      resumeHint: (location) =>
        location === undefined ? startAgain() : `Continue with --from ${location.slice(0, range.from.length)}.`,
    };
  }
  throw new ExpectedError(`${problemOf(source, files, values)}\n${USAGE}`);
}

/** What is missing from a command line that is none of those above, or is too much, as a sentence. */
function problemOf(source: string | undefined, files: string[], { from, to }: { from?: string; to?: string }): string {
  const sources = ["page", ...FILE_READERS.keys()];
  if (source === undefined) return `What to import is missing: ${sources.join(", ")}.`;
  if (!sources.includes(source)) {
    const near = misspeltFrom(sources, source);
    return `"${source}" is not ${sources.join(" or ")}.${near === null ? "" : ` Did you mean ${near}?`}`;
  }
  if (files.length > 1) return `"${files[1]}" is one word too many for page.`;
  if (source !== "huggingface") return `${source} needs FILE.`;
  if (!from && !to) return "huggingface needs FILE, or --from and --to.";
  return `huggingface needs ${from ? "--to" : "--from"}, too.`;
}

function startAgain(): string {
  return "Start the same import again: papers that are already imported stay as they are.";
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error) => {
    throw new ExpectedError(`${file} cannot be read: ${whyUnreadable(error) ?? error.message}.`);
  });
  return textOfFile(bytes, file);
}

function year(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(19|20|21)\d{2}$/.test(text)) return Number(text);
  throw new ExpectedError(`--year ${text} is not a year: pass four digits, e.g. --year 2025.`);
}

function trailingNumber(text: string | undefined): "upvotes" | "comments" {
  if (text === undefined || text === "upvotes" || text === "comments") return text ?? "upvotes";
  throw new ExpectedError(`--trailing-number ${text} is neither upvotes nor comments.`);
}

function day(option: string, text: string): string {
  if (isDay(text)) return text;
  throw new ExpectedError(`--${option} ${text} is not a day: pass YYYY-MM-DD.`);
}

function webUrl(text: string): string {
  // A path is appended as text, and fetch refuses URLs with a user.
  const url = /^https?:[^?#]*$/i.test(text) ? parseUrl(text) : null;
  if (url && !url.username && !url.password) return text;
  throw new ExpectedError(
    `--base-url ${text} is not an http or https URL to which a path can be added: pass one without user, ? and #.`,
  );
}
