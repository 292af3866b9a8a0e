import { readCommand } from "../config/arguments";
import { ExpectedError } from "../config/expected-error";
import { FIRST_DAY, type SourceName, type SourceSettings } from "../config/source-settings";
import type { Database } from "../db/database";
import { rankFeeds } from "../feeds/rank-feeds.service";
import { isDay } from "../ingest/sources/day";
import { configuredSources } from "./configured-sources";
import { planDay } from "./day-plan.service";
import { openDay, opensAt } from "./day-schedule";
import { pauseOf } from "./request-budget";
import { describeFailure, SourceFailure } from "./source-failure";
import { openSources, type Reading, runDueTaskOf, runTaskNow, type SourceDeps } from "./source-loop";
import { listGaps, listSources } from "./source-status.service";

export const USAGE = `Usage:
  npm run --silent sources -- status
  npm run --silent sources -- run huggingface [--day DAY]     (without a day: the one that is open)
  npm run --silent sources -- run arxiv                       (the next hundred papers that are due, or else the versions of forty)
  npm run --silent sources -- gaps`;

const COMMANDS = {
  status: { words: [], options: [] },
  run: { words: ["SOURCE"], options: ["day"] },
  gaps: { words: [], options: [] },
} as const;

/** What a command needs besides its words. */
type Given = Pick<SourceDeps, "clock" | "owner" | "signal" | "log"> & { db: Database; settings: SourceSettings };

/** Shows how far sources have come, or reads one now, through the tasks and the budget of all; returns what to print. */
export async function runSourcesCommand(given: Given, args: string[]): Promise<string> {
  const { command, words, values } = readCommand(args, COMMANDS, USAGE);
  if (command === "status") return status(given);
  if (command === "gaps") return gaps(given);
  const [source] = words;
  if (source !== "huggingface" && source !== "arxiv") {
    throw new ExpectedError(`"${source}" is neither huggingface nor arxiv.\n${USAGE}`);
  }
  if (source === "arxiv" && values.day !== undefined)
    throw new ExpectedError(`--day does not go with arxiv.\n${USAGE}`);
  if (source === "arxiv" && !given.settings.SOURCES_CONTACT) {
    throw new ExpectedError("Reading arxiv needs SOURCES_CONTACT: arXiv wants to know whom to write to.");
  }
  const deps = { ...given, sources: configuredSources({ ...given.settings, SOURCES: [source] }) };
  await openSources(deps);
  const done = source === "arxiv" ? await readPapers(deps) : await readDay(deps, values.day);
  await rankFeeds(given.db);
  return done;
}

async function readDay(deps: SourceDeps, given: string | undefined): Promise<string> {
  const now = await deps.clock.now();
  const day = given ?? openDay(now);
  if (!isDay(day)) throw new ExpectedError(`--day ${day} is not a day: pass YYYY-MM-DD.`);
  if (day < FIRST_DAY)
    throw new ExpectedError(`${day} is before the first day of Hugging Face's Daily Papers, ${FIRST_DAY}.`);
  if (opensAt(day) > now) throw new ExpectedError(`${day} is not open yet: it opens at ${opensAt(day).toISOString()}.`);
  await planDay(deps.db, day, now);
  const reading = await runTaskNow(deps, { source: "huggingface", kind: "day", key: day });
  if (reading === "taken") throw new ExpectedError(`Another process is reading ${day} at this moment.`);
  return describe(day, await whole(deps, reading, "huggingface"));
}

async function readPapers(deps: SourceDeps): Promise<string> {
  const [source] = deps.sources;
  const isPlan = ({ kind }: { kind: string }) => kind === "plan";
  const now = await deps.clock.now();
  await runDueTaskOf(deps, { ...source!, kinds: source!.kinds.filter(isPlan) }, now);
  for (const asking of source!.kinds.filter((each) => !isPlan(each))) {
    const reading = await runDueTaskOf(deps, { ...source!, kinds: [asking] }, await deps.clock.now());
    if (!reading) continue;
    return describe(asking.kind === "paper" ? "arxiv" : `arxiv, ${asking.kind}`, await whole(deps, reading, "arxiv"));
  }
  return "Nothing is due at arxiv.";
}

/** The reading, if nothing of it failed. */
async function whole({ db, clock }: SourceDeps, reading: Reading, source: SourceName): Promise<Reading> {
  const { failure } = reading;
  if (failure === undefined) return reading;
  if (!(failure instanceof SourceFailure)) throw failure;
  const until = await pauseOf(db, source, await clock.now());
  const pause = until ? ` It is not asked again before ${until.toISOString()}.` : "";
  const reason = failure.reason === "failed" ? failure.told : describeFailure(failure);
  throw new ExpectedError(`${source} could not be read: ${reason}${/[.?!]$/.test(reason) ? "" : "."}${pause}`);
}

function describe(what: string, { papers = 0, report = {} }: Reading): string {
  const counts = Object.entries(report).map(([name, count]) => `${count} ${name}`);
  return [`${what}: ${papers} papers`, ...counts].join(", ");
}

const NOT_SET = "SOURCES is not set here: this command needs the settings of the site, e.g. SOURCES=huggingface.";

async function gaps({ db, settings }: Given): Promise<string> {
  const days = await listGaps(db);
  if (days.length > 0) return days.join("\n");
  return settings.SOURCES.length === 0 ? NOT_SET : "There are no gaps.";
}

async function status({ db, settings }: Given): Promise<string> {
  if (settings.SOURCES.length === 0) return NOT_SET;
  const { length } = await listGaps(db);
  const rows = (await listSources(db, settings.SOURCES)).map(({ kind, lastSuccessAt, nextAt, isBehind, lastError }) => [
    kind.toLowerCase(),
    lastSuccessAt?.toISOString() ?? "never",
    nextAt?.toISOString() ?? "-",
    isBehind ? "yes" : "no",
    kind === "HUGGINGFACE" ? String(length) : "-",
    lastError ?? "-",
  ]);
  return table([["source", "last success", "next", "behind", "gaps", "last error"], ...rows]);
}

function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
