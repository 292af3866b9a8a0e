import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { ExpectedError } from "../expected-error";
import { isDay } from "./day";
import { type OnProgress, readHuggingFaceDays, readHuggingFaceFiles } from "./huggingface.source";
import type { ImportItem } from "./look";
import { readPage } from "./page.reader";

interface CommandRun {
  signal: AbortSignal;
  onProgress: OnProgress;
  log: (line: string) => void;
  /** The time at which a source is read, by the clock that looks are compared by. */
  now: () => Promise<Date>;
}

export interface ImportCommand {
  items(run: CommandRun): AsyncIterable<ImportItem> | Iterable<ImportItem>;
  /** How to go on when the import ended before the item of this place was merged, or at the very end. */
  goOn(place: string | undefined): string;
}

const USAGE = `Usage:
  npm run import -- page FILE [--year YEAR] [--trailing-number upvotes|comments]
  npm run import -- huggingface FILE...        (.json, .jsonl, either gzipped, - for standard input)
  npm run import -- huggingface --from DAY --to DAY [--base-url URL]`;

const OPTIONS = {
  year: { type: "string" },
  "trailing-number": { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  "base-url": { type: "string" },
} as const;

/** What the command line asks for; an ExpectedError says what is wrong with it. */
export async function parseCommand(args: string[]): Promise<ImportCommand> {
  const { values, positionals } = parse(args);
  const [source, ...files] = positionals;
  const allow = (...names: (keyof typeof OPTIONS)[]) => {
    const foreign = Object.keys(values).find((name) => !names.some((each) => each === name));
    if (foreign) throw new ExpectedError(`--${foreign} does not go with this import.\n${USAGE}`);
  };
  if (source === "page" && files.length === 1) {
    allow("year", "trailing-number");
    const options = { year: year(values.year), trailingNumber: trailingNumber(values["trailing-number"]) };
    const items = readPage(await readText(files[0]!), options);
    return { items: () => items, goOn: startAgain };
  }
  if (source === "huggingface" && files.length > 0) {
    allow();
    return { items: ({ now, onProgress }) => readHuggingFaceFiles(files, now, onProgress), goOn: startAgain };
  }
  if (source === "huggingface" && values.from && values.to) {
    allow("from", "to", "base-url");
    const range = { from: day("from", values.from), to: day("to", values.to) };
    if (range.from > range.to) throw new ExpectedError(`--from ${range.from} is after --to ${range.to}.`);
    const baseUrl = webUrl(values["base-url"] ?? "https://huggingface.co");
    const onRetry = (log: (line: string) => void) => (at: string, reason: string, waitMs: number) =>
      log(`${at}: ${reason}; asking again in ${Math.round(waitMs / 1000)} s`);
    return {
      items: ({ signal, onProgress, log, now }) =>
        readHuggingFaceDays({ ...range, baseUrl, signal, now, onRetry: onRetry(log) }, onProgress),
      // A place is "2026-05-03 item 5".
      goOn: (place) => (place === undefined ? startAgain() : `Go on with --from ${place.slice(0, range.from.length)}.`),
    };
  }
  throw new ExpectedError(USAGE);
}

function startAgain(): string {
  return "Start the same import again: what is there already is not changed by it.";
}

function parse(args: string[]) {
  try {
    // A lone "-" is a positional: standard input.
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new ExpectedError(`${(error as Error).message.split(". ")[0]}.\n${USAGE}`);
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error) => {
    throw new ExpectedError(
      `${file} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : error.message}.`,
    );
  });
}

function year(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(19|20|21)\d{2}$/.test(text)) return Number(text);
  throw new ExpectedError(`--year ${text} is no year: pass four digits, e.g. --year 2025.`);
}

function trailingNumber(text: string | undefined): "upvotes" | "comments" {
  if (text === undefined || text === "upvotes" || text === "comments") return text ?? "upvotes";
  throw new ExpectedError(`--trailing-number ${text} is neither upvotes nor comments.`);
}

function day(option: string, text: string): string {
  if (isDay(text)) return text;
  throw new ExpectedError(`--${option} ${text} is no day: pass YYYY-MM-DD.`);
}

function webUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new ExpectedError(`--base-url ${text} is no http or https URL.`);
}
