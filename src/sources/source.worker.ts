import { logFailures } from "../async/background-loop";
import type { SourceSettings } from "../config/source-settings";
import type { Database } from "../db/database";
import type { Log } from "../log";
import { configuredSources } from "./configured-sources";
import { databaseClock } from "./source-clock";
import { openSources, runDueTask, type Source, type SourceDeps, workerName } from "./source-loop";

/** What other processes have made due is found after this time at the latest. */
const IDLE_MS = 60_000;
/** What is due may be under another worker's lock at this moment. */
const LEAST_WAIT_MS = 100;
/** After a failure of the database. */
const RETRY_MS = 5000;

/** Reads the sources of the settings by the database's clock until the signal aborts. */
export async function fillFromSources(
  db: Database,
  settings: SourceSettings,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const sources = configuredSources(settings);
  await readSources({ db, sources, log, clock: databaseClock(db), owner: workerName(), signal });
}

/**
 * Reads sources until the signal aborts, each on its own; requests under way are aborted, and what was read is stored. Any
 * number of processes may do so at once.
 */
async function readSources(deps: SourceDeps): Promise<void> {
  await Promise.all(deps.sources.map((source) => readSource(source, { ...deps, sources: [source] })));
}

async function readSource({ source }: Source, deps: SourceDeps): Promise<void> {
  const { clock, signal, log } = deps;
  let isOpen = false;
  const work = async () => {
    if (!isOpen) await openSources(deps);
    isOpen = true;
    const done = await runDueTask(deps);
    if (done === "done") return 0;
    const wait = done.nextAt ? done.nextAt.getTime() - (await clock.now()).getTime() : IDLE_MS;
    return Math.min(Math.max(wait, LEAST_WAIT_MS), IDLE_MS);
  };
  const step = logFailures(`reading ${source}`, log, { work, otherwise: RETRY_MS });
  while (!signal.aborted) {
    const wait = await step();
    if (wait > 0) await clock.sleep(wait, signal);
  }
}
