import { readTraceEndpoint } from "../config/config";

/** Sends traces that are still waiting; must be awaited before a process ends. */
export let finishTracing = async (): Promise<void> => {};

// Traced modules are patched when they are loaded, so every process imports this first. Without an endpoint nothing is
// traced, and of OpenTelemetry only its empty interface is loaded.
const endpoint = readTraceEndpoint();
if (endpoint) {
  const { startTracing } = require("./open-telemetry") as typeof import("./open-telemetry");
  finishTracing = startTracing(endpoint);
}
