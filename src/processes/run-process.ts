import { setMaxListeners } from "node:events";
import { parseArgs } from "node:util";
import { withTimeout } from "../async/with-timeout";
import { ExpectedError } from "../config/expected-error";
import { explainFailure } from "../db/postgres-errors";
import { limitHeapGrowth } from "./heap-growth";
import { finishTracing } from "./tracing";

/** More waiting loops than a process has are a leak. */
const MAX_LOOPS = 50;
/** After this time a process ends even if it has not stopped. */
const STOP_TIMEOUT_MS = 10_000;
/** A collector of traces that does not respond must not hold up the end of a process. */
const TRACING_MS = 2000;

/**
 * Runs a process: expected errors and failures of the database end it with one clear sentence and exit code 1, anything
 * else with its stack. The signal aborts on Ctrl-C and SIGTERM; `main` then has ten seconds to return.
 */
export function runProcess(main: (signal: AbortSignal) => Promise<void>): void {
  limitHeapGrowth();
  const stop = new AbortController();
  // Each loop of a worker listens to it while it waits.
  setMaxListeners(MAX_LOOPS, stop.signal);
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      stop.abort();
      setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    });
  }
  main(stop.signal)
    .catch((error) => {
      console.error(error instanceof ExpectedError ? error.message : (explainFailure(error) ?? error));
      process.exitCode = 1;
    })
    .then(() => withTimeout(TRACING_MS, finishTracing()))
    .catch((error) => console.error(`Traces were lost: ${error.message}`))
    .finally(() => process.exit());
}

/** For processes without arguments: any argument is a mistake. */
export function rejectArguments(args: string[]): void {
  try {
    parseArgs({ args, options: {}, strict: true });
  } catch {
    throw new ExpectedError(
      `Unknown argument ${args[0]}; settings are environment variables, e.g. PORT=5000 npm start.`,
    );
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
