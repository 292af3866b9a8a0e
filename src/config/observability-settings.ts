import * as v from "valibot";
import { LOG_LEVELS } from "../log";
import { host, httpUrl, port } from "./setting-forms";

/** Settings of logs, metrics and traces; see `settings`. */
export const observabilitySettings = {
  LOG_LEVEL: {
    description: "Lowest level of the lines that are logged: fatal, error, warn, info, debug or silent.",
    default: "info",
    form: v.picklist(LOG_LEVELS),
    expected: `one of ${LOG_LEVELS.join(", ")}`,
  },
  METRICS_PORT: {
    description: "Port of a separate server for /metrics (Prometheus); none when not set.",
    default: undefined,
    form: v.optional(port),
    expected: "a number from 0 to 65535",
  },
  METRICS_HOST: {
    description: "Host name or address on which METRICS_PORT listens; 0.0.0.0 admits other machines.",
    default: "localhost",
    form: host,
    expected: "a host name or an IP address",
  },
  METRICS_TOKEN: {
    description:
      "Bearer token of 16 characters or more that /metrics requires, on both ports; without it METRICS_PORT is open, and the API's own port does not serve /metrics.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.minLength(16))),
    expected: "a string of at least 16 characters",
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    description: "OTLP/HTTP endpoint for OpenTelemetry traces; none are made when not set.",
    default: undefined,
    form: v.optional(httpUrl),
    expected: "an http or https URL",
  },
} as const;
