import { isIP } from "node:net";
import path from "node:path";
import * as v from "valibot";
import { defaultLimits, describeLimit, type Limits, limitNames } from "./limits";
import { LOG_LEVELS } from "./log";
import { mailSettings } from "./mail-settings";
import { httpUrl, postgresUrl, urlOf } from "./url-settings";

const onOrOff = v.pipe(
  v.picklist(["on", "off"]),
  v.transform((value) => value === "on"),
);
const host = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9.:-]+$/));
const megabytes = v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number));
const port = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65535));

/** Every setting of the project: the environment variable, what it is for, its default and what it may be. */
export const settings = {
  PORT: {
    description: "Port that the API listens on; 0 takes any free one.",
    default: "4000",
    form: port,
    expected: "a number from 0 to 65535",
  },
  HOST: {
    description: "Name or address that the API listens on; 0.0.0.0 lets other machines in.",
    default: "localhost",
    form: host,
    expected: "a host name or an IP address",
  },
  DATA_DIR: {
    description:
      "Folder of the embedded PostgreSQL, of the secrets of mail links and of the outbox, and of mails while there is no mail server.",
    default: ".data",
    form: v.pipe(
      v.string(),
      v.transform((folder) => path.resolve(folder)),
    ),
    expected: "a folder",
  },
  DATABASE_URL: {
    description: "Your own PostgreSQL (15 or newer) instead of the embedded one.",
    default: undefined,
    form: v.optional(postgresUrl),
    expected: "postgres://USER:PASSWORD@HOST:PORT/DATABASE",
  },
  SAMPLE: {
    description:
      "Whether a database without papers is filled with the sample at the start; when not set, the embedded one is, unless SMTP_URL is set too.",
    default: undefined,
    form: v.optional(onOrOff),
    expected: "on or off",
  },
  DATABASE_REPLICA_URLS: {
    description: "Streaming replicas of DATABASE_URL, separated by commas: reads without an account go there.",
    default: undefined,
    form: v.optional(
      v.pipe(
        v.string(),
        v.transform((text) => text.split(",").map((url) => url.trim())),
        v.array(postgresUrl),
      ),
    ),
    expected: "postgres://USER:PASSWORD@HOST:PORT/DATABASE, or several separated by commas",
  },
  WORKER: {
    description: "Whether the API process ranks feeds and sends digests too; off where npm run worker does.",
    default: "on",
    form: onOrOff,
    expected: "on or off",
  },
  OIDC_ISSUER: {
    description: "Issuer of the JSON Web Tokens that are taken beside our own access tokens; needs OIDC_AUDIENCE.",
    default: undefined,
    form: v.optional(httpUrl),
    expected: "an http or https URL",
  },
  OIDC_AUDIENCE: {
    description: "The audience that those tokens must name; needs OIDC_ISSUER.",
    default: undefined,
    form: v.optional(v.string()),
    expected: "a text",
  },
  OIDC_TOKENS: {
    description:
      "Whether a JSON Web Token whose scope names TOKENS_WRITE may make access tokens, which end with it, and revoke them.",
    default: "off",
    form: onOrOff,
    expected: "on or off",
  },
  REDIS_URL: {
    description:
      "Redis or Valkey, in which several API processes count together what each caller spends, and keep persisted queries.",
    default: undefined,
    form: v.optional(urlOf(["redis", "rediss"])),
    expected: "redis://USER:PASSWORD@HOST:PORT",
  },
  TRUST_PROXY: {
    description:
      "Whose X-Forwarded-For header is believed: the number of proxies before this server, or their addresses.",
    default: "off",
    form: v.pipe(
      v.string(),
      v.check((text) => readProxies(text) !== null),
      v.transform((text) => readProxies(text) ?? false),
    ),
    expected: "off, a number of proxies such as 1, or addresses such as 10.0.0.0/8,127.0.0.1",
  },
  INTROSPECTION: {
    description: "Whether the schema may be asked for; off also keeps names out of error messages.",
    default: "on",
    form: onOrOff,
    expected: "on or off",
  },
  LOG_LEVEL: {
    description: "The least important lines that are logged: fatal, error, warn, info, debug or silent.",
    default: "info",
    form: v.picklist(LOG_LEVELS),
    expected: `one of ${LOG_LEVELS.join(", ")}`,
  },
  METRICS_PORT: {
    description: "Port of a server for /metrics alone (Prometheus); none when not set.",
    default: undefined,
    form: v.optional(port),
    expected: "a number from 0 to 65535",
  },
  METRICS_HOST: {
    description: "Name or address that METRICS_PORT is opened on; 0.0.0.0 lets other machines in.",
    default: "localhost",
    form: host,
    expected: "a host name or an IP address",
  },
  METRICS_TOKEN: {
    description:
      "Bearer token of 16 characters or more that /metrics asks for, on both ports; without it METRICS_PORT is open, and the API's own port closed.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.minLength(16))),
    expected: "a text of at least 16 characters",
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    description: "Where OpenTelemetry traces are sent over OTLP/HTTP; none are made when not set.",
    default: undefined,
    form: v.optional(httpUrl),
    expected: "an http or https URL",
  },
  FAST_PATH: {
    description: "Whether queries that came before are answered without going through Apollo Server again.",
    default: "on",
    form: onOrOff,
    expected: "on or off",
  },
  COMPILED_QUERIES: {
    description: "Whether queries on the fast path are compiled to JavaScript; never while traces are made.",
    default: "on",
    form: onOrOff,
    expected: "on or off",
  },
  SHARED_READS: {
    description:
      "Whether reads of one kind that requests need at the same moment are one statement; never while traces are made.",
    default: "on",
    form: onOrOff,
    expected: "on or off",
  },
  GROUPED_VOTES: {
    description: "Whether votes on one paper that come while others are being written are written together.",
    default: "on",
    form: onOrOff,
    expected: "on or off",
  },
  CONTENT_CACHE_MB: {
    description: "Megabytes of what papers say that are kept in memory, by revision; 0 for none.",
    default: "64",
    form: megabytes,
    expected: "a whole number from 0 to 9999",
  },
  ANSWER_CACHE_MB: {
    description: "Megabytes of anonymous answers to a GET that are kept for CACHE_MAX_AGE_SECONDS; 0 for none.",
    default: "32",
    form: megabytes,
    expected: "a whole number from 0 to 9999",
  },
  ...mailSettings,
  EXPLORER: {
    description: "Apollo Sandbox at /graphql and GraphiQL at /graphiql, also in production.",
    default: "on",
    form: onOrOff,
    expected: "on or off",
  },
} as const;

interface Setting {
  description: string;
  default: string | undefined;
  form: v.GenericSchema;
  /** What a good value is, as it stands in the sentence that refuses another. */
  expected: string;
}

/** Limits that make sense as 0. */
const MAY_BE_ZERO = new Set<keyof Limits>([
  "RATE_LIMIT_ANONYMOUS",
  "RATE_LIMIT_USER",
  "SUBSCRIBE_LIMIT_ADDRESS",
  "CACHE_MAX_AGE_SECONDS",
  "SHUTDOWN_DELAY_MS",
]);

export const allSettings: Record<string, Setting> = {
  ...settings,
  ...Object.fromEntries(limitNames.map((name) => [name, limitSetting(name)])),
};

function limitSetting(name: keyof Limits): Setting {
  // graphql-js says in one error of its own that there are more.
  const least = name === "MAX_ERRORS" ? 2 : MAY_BE_ZERO.has(name) ? 0 : 1;
  return {
    description: describeLimit(name),
    default: String(defaultLimits[name]),
    form: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.minValue(least)),
    expected: `a whole number from ${least} to 999999999`,
  };
}

/** The settings as a table in Markdown, for README. */
export function describeSettings(): string {
  const rows = Object.entries(allSettings).map(
    ([name, setting]) => `| \`${name}\` | ${setting.default ?? ""} | ${setting.description} |`,
  );
  return ["| name | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** Settings whose value may hold a secret, so it is not repeated. */
export const SECRETS = new Set([
  "DATABASE_URL",
  "DATABASE_REPLICA_URLS",
  "REDIS_URL",
  "METRICS_TOKEN",
  "SMTP_URL",
  "DIGEST_SECRET",
  "DIGEST_EVENTS_SECRET",
]);

/** For Fastify's trustProxy: off, so many hops, or the addresses and networks of proxies; null for any other text. */
function readProxies(text: string): false | ((address: string, hop: number) => boolean) | string[] | null {
  if (text === "off") return false;
  if (/^[1-9]\d?$/.test(text)) return (_, hop) => hop < Number(text);
  const proxies = text.split(",").map((proxy) => proxy.trim());
  const areGood = proxies.every((proxy) => {
    const [address = "", bits, ...rest] = proxy.split("/");
    const version = isIP(address);
    const areBitsGood = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
    return version !== 0 && areBitsGood && rest.length === 0;
  });
  return areGood ? proxies : null;
}
