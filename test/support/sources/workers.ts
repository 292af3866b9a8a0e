import { millisecondsInHour, millisecondsInMinute } from "date-fns/constants";
import { readConfig } from "../../../src/config/config";
import type { Database } from "../../../src/db/database";
import { configuredSources } from "../../../src/sources/configured-sources";
import { openSources, runDueTask, type SourceDeps, workerName } from "../../../src/sources/source-loop";
import type { FakeSources } from "./fake-sources";
import type { Participant } from "./shared-clock";

const silent = { error() {}, warn() {}, info() {}, debug() {} };
/** What other workers have made due is found after this time. */
const IDLE_MS = millisecondsInHour;
/** After a failure of the database. */
const RETRY_MS = 5000;
/** arXiv's new papers are looked for each minute, which a test has no time for. */
const LEAST_REST_MS = { huggingface: 1, arxiv: 30 * millisecondsInMinute };

export interface WorkerOptions {
  db: Database;
  env: FakeSources["env"];
  /** First day to fill. */
  since: string;
  /** By which the sources know this worker. */
  contact: string;
  /** In ms. */
  until: number;
  /** The least time that it rests when nothing is due, in ms: what is due often is done less often then. */
  restMs: number;
  /** For each source that it reads. */
  join: () => Participant;
}

/** Reads all sources as a worker of the project does, until a time of their clock. */
export async function work({ db, env, since, contact, until, restMs, join }: WorkerOptions): Promise<void> {
  const settings = { SOURCES: "huggingface,arxiv", SOURCES_SINCE: since, SOURCES_CONTACT: contact, ...env };
  const sources = configuredSources(readConfig(settings));
  const owner = workerName();
  const { signal } = new AbortController();
  const read = async (clock: Participant, deps: SourceDeps) => {
    let isOpen = false;
    const step = async (now: number): Promise<number> => {
      if (!isOpen) await openSources(deps);
      isOpen = true;
      const done = await runDueTask(deps);
      if (done === "done") return now;
      const least = now + Math.max(restMs, LEAST_REST_MS[deps.sources[0]!.source]);
      return Math.min(Math.max(done.nextAt?.getTime() ?? least, least), now + IDLE_MS, until);
    };
    for (;;) {
      const now = (await clock.now()).getTime();
      if (now >= until) return clock.leave();
      // As of a database that is busy with other tests.
      const next = await step(now).catch(() => now + RETRY_MS);
      if (next > now) await clock.sleep(next - now, signal);
    }
  };
  const clocks = sources.map(join);
  await Promise.all(
    sources.map((source, i) =>
      read(clocks[i]!, { db, sources: [source], log: silent, clock: clocks[i]!, owner, signal }),
    ),
  );
}
