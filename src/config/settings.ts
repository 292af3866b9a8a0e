import path from "node:path";
import * as v from "valibot";
import { embeddingSettings } from "./embedding-settings";
import { defaultLimits, describeLimit, type Limits, limitNames } from "./limits";
import { mailSettings } from "./mail-settings";
import { observabilitySettings } from "./observability-settings";
import { optimizationSettings } from "./optimization-settings";
import { host, httpUrl, optionalSwitch, port, postgresUrl, proxies, switchSetting, urlOf } from "./setting-forms";
import { sourceSettings } from "./source-settings";
import { trustedDocumentSettings } from "./trusted-document-settings";
import { webFeedSettings } from "./web-feed-settings";
import { webhookSettings } from "./webhook-settings";

/** Every setting: the environment variable, its description, its default and its form. */
export const settings = {
  PORT: {
    description: "Port that the API listens on; 0 for any free one.",
    default: "4000",
    form: port,
    expected: "a number from 0 to 65535",
  },
  HOST: {
    description: "Host name or address on which the API listens; 0.0.0.0 admits other machines.",
    default: "localhost",
    form: host,
    expected: "a host name or an IP address",
  },
  DATA_DIR: {
    description:
      "Folder of the embedded PostgreSQL, of the secrets for mail links and the outbox, and of the mails while there is no mail server.",
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
  SAMPLE: optionalSwitch(
    "Whether a database without papers is filled with the sample at the start; when not set, only the embedded one is, unless SMTP_URL is set.",
  ),
  DATABASE_REPLICA_URLS: {
    description: "Streaming replicas of DATABASE_URL, separated by commas, which serve reads without an account.",
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
  WORKER: switchSetting(
    "on",
    "Whether the API process also reads sources, ranks feeds, compares papers, and sends digests and webhooks; off where npm run worker does.",
  ),
  ...embeddingSettings,
  ...sourceSettings,
  OIDC_ISSUER: {
    description: "Issuer of the JSON Web Tokens that are accepted beside our own access tokens; needs OIDC_AUDIENCE.",
    default: undefined,
    form: v.optional(httpUrl),
    expected: "an http or https URL",
  },
  OIDC_AUDIENCE: {
    description: "The audience that those tokens must name; needs OIDC_ISSUER.",
    default: undefined,
    form: v.optional(v.string()),
    expected: "a string",
  },
  OIDC_TOKENS: switchSetting(
    "off",
    "Whether a JSON Web Token with the scope TOKENS_WRITE may create access tokens, which expire with it, and revoke them.",
  ),
  REDIS_URL: {
    description:
      "Redis or Valkey, in which several API processes share the points of each caller, and persisted queries.",
    default: undefined,
    form: v.optional(urlOf(["redis", "rediss"])),
    expected: "redis://USER:PASSWORD@HOST:PORT",
  },
  TRUST_PROXY: {
    description:
      "Proxies whose X-Forwarded-For header is trusted: their number in front of this server, or their addresses.",
    default: "off",
    form: proxies,
    expected: "off, a number of proxies such as 1, or addresses such as 10.0.0.0/8,127.0.0.1",
  },
  INTROSPECTION: switchSetting(
    "on",
    "Whether introspection of the schema is allowed; off also keeps names out of error messages.",
  ),
  ...trustedDocumentSettings,
  MCP: switchSetting("on", "Whether agents have tools at /mcp (Model Context Protocol), with /llms.txt."),
  ...observabilitySettings,
  ...optimizationSettings,
  ...mailSettings,
  ...webFeedSettings,
  ...webhookSettings,
  EXPLORER: switchSetting(
    "on",
    "Apollo Sandbox at /graphql and GraphiQL at /graphiql, also in production; without them there is no page at /.",
  ),
} as const;

interface Setting {
  description: string;
  default: string | undefined;
  form: v.GenericSchema;
  /** A noun for valid values, for the message that refuses another one. */
  expected: string;
}

/** Limits that may be 0. */
const MAY_BE_ZERO = new Set<keyof Limits>([
  "RATE_LIMIT_ANONYMOUS",
  "RATE_LIMIT_USER",
  "SUBSCRIBE_LIMIT_ADDRESS",
  "MAX_WEBHOOKS",
  "CACHE_MAX_AGE_SECONDS",
  "SHUTDOWN_DELAY_MS",
]);

export const allSettings: Record<string, Setting> = {
  ...settings,
  ...Object.fromEntries(limitNames.map((name) => [name, limitSetting(name)])),
};

function limitSetting(name: keyof Limits): Setting {
  // One of them is graphql-js' error that says that there are more.
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

/** Settings whose value may contain a secret, so that messages do not repeat it. */
export const SECRETS = new Set([
  "DATABASE_URL",
  "DATABASE_REPLICA_URLS",
  "REDIS_URL",
  "EMBEDDINGS_URL",
  "EMBEDDINGS_KEY",
  "METRICS_TOKEN",
  "SMTP_URL",
  "DIGEST_SECRET",
  "DIGEST_EVENTS_SECRET",
]);
