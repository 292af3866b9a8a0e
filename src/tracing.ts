import { readTraceEndpoint } from "./config";

/** Sends what is still waiting to be sent; to be awaited before a process ends. */
export let finishTracing = async (): Promise<void> => {};

// What is traced is patched when it is loaded, so every process imports this first. Without a place to send traces to,
// none are made, and nothing of OpenTelemetry is loaded but its empty interface.
const endpoint = readTraceEndpoint();
if (endpoint) {
  const { startTracing } = require("./open-telemetry") as typeof import("./open-telemetry");
  finishTracing = startTracing(endpoint);
}
