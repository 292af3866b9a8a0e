import { isIP } from "node:net";
import path from "node:path";
import { z } from "zod";
import { ExpectedError } from "./expected-error";
import { defaultLimits, describeLimit, type Limits, limitNames } from "./limits";
import { LOG_LEVELS } from "./log";

const onOrOff = z.enum(["on", "off"]).transform((value) => value === "on");
const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((number) => number <= 65535);

const address = z.string().regex(/^[^\s@<>",;:]+@[^\s@<>",;:]+$/);

/** Every setting of the project: the environment variable, what it is for, its default and what it may be. */
const settings = {
  PORT: {
    description: "Port that the API listens on; 0 takes any free one.",
    default: "4000",
    form: port,
    expected: "a number from 0 to 65535",
  },
  HOST: {
    description: "Name or address that the API listens on; 0.0.0.0 lets other machines in.",
    default: "localhost",
    form: z.string().regex(/^[a-zA-Z0-9.:-]+$/),
    expected: "a host name or an IP address",
  },
  DATA_DIR: {
    description: "Folder of the embedded PostgreSQL's data.",
    default: ".data",
    form: z.string().transform((folder) => path.resolve(folder)),
    expected: "a folder",
  },
  DATABASE_URL: {
    description: "Your own PostgreSQL (15 or newer) instead of the embedded one.",
    default: undefined,
    form: z.string().refine(isPostgresUrl).optional(),
    expected: "postgres://USER:PASSWORD@HOST:PORT/DATABASE",
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
    form: z.url({ protocol: /^https?$/ }).optional(),
    expected: "an http or https URL",
  },
  OIDC_AUDIENCE: {
    description: "The audience that those tokens must name; needs OIDC_ISSUER.",
    default: undefined,
    form: z.string().optional(),
    expected: "a text",
  },
  REDIS_URL: {
    description: "Redis or Valkey, in which several API processes count together what each caller spends.",
    default: undefined,
    form: z.url({ protocol: /^rediss?$/ }).optional(),
    expected: "redis://USER:PASSWORD@HOST:PORT",
  },
  TRUST_PROXY: {
    description:
      "Whose X-Forwarded-For header is believed: the number of proxies before this server, or their addresses.",
    default: "off",
    form: z
      .string()
      .refine((text) => readProxies(text) !== null)
      .transform((text) => readProxies(text) ?? false),
    expected: "off, a number of proxies such as 1, or addresses such as 10.0.0.0/8,127.0.0.1",
  },
  INTROSPECTION: {
    description: "Whether the schema may be asked for; off also keeps names out of error messages.",
    default: "on",
    form: onOrOff,
    expected: "on or off",
  },
  LOG_LEVEL: {
    description: "The least important lines that are logged.",
    default: "info",
    form: z.enum(LOG_LEVELS),
    expected: `one of ${LOG_LEVELS.join(", ")}`,
  },
  METRICS_PORT: {
    description: "Port of a server for /metrics alone (Prometheus); none when not set.",
    default: undefined,
    form: port.optional(),
    expected: "a number from 0 to 65535",
  },
  METRICS_TOKEN: {
    description: "Bearer token that opens /metrics on the API's own port; closed when not set.",
    default: undefined,
    form: z.string().min(16).optional(),
    expected: "a text of at least 16 characters",
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    description: "Where OpenTelemetry traces are sent over OTLP/HTTP; none are made when not set.",
    default: undefined,
    form: z.url({ protocol: /^https?$/ }).optional(),
    expected: "an http or https URL",
  },
  PUBLIC_URL: {
    description: "Where readers reach this API, for the links in mails; http://localhost:PORT when not set.",
    default: undefined,
    form: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
    expected: "an http or https URL",
  },
  SMTP_URL: {
    description: "Mail server that takes the mails; without one they go into DATA_DIR/outbox and are shown at /outbox.",
    default: undefined,
    form: z.url({ protocol: /^smtps?$/ }).optional(),
    expected: "smtp://USER:PASSWORD@HOST:PORT, or smtps for TLS from the start",
  },
  MAIL_FROM: {
    description: "From address of digests.",
    default: "digest@localhost",
    form: address,
    expected: "a mail address",
  },
  MAIL_FROM_CONFIRMATION: {
    description: "From address of the mails that ask for a confirmation; another one, so that neither harms the other.",
    default: "confirm@localhost",
    form: address,
    expected: "a mail address",
  },
  DIGEST_SECRET: {
    description:
      "Keys the links in mails and the list of suppressed addresses, the same for all processes; made in DATA_DIR when not set.",
    default: undefined,
    form: z.string().min(32).optional(),
    expected: "a text of at least 32 characters",
  },
  DIGEST_EVENTS_SECRET: {
    description:
      "Standard Webhooks secret of what is posted to /digest/events (bounces, complaints); closed when not set.",
    default: undefined,
    form: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/)
      .optional(),
    expected: "whsec_ and at least 24 bytes in base64",
  },
  DKIM_DOMAIN: {
    description: "Domain that signs the mails (DKIM); goes with DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE.",
    default: undefined,
    form: z
      .string()
      .regex(/^[a-zA-Z0-9.-]+$/)
      .optional(),
    expected: "a domain",
  },
  DKIM_SELECTOR: {
    description: "Selector of the key in the domain's DNS.",
    default: undefined,
    form: z
      .string()
      .regex(/^[a-zA-Z0-9._-]+$/)
      .optional(),
    expected: "a DKIM selector",
  },
  DKIM_PRIVATE_KEY_FILE: {
    description: "File with the private key in PEM form.",
    default: undefined,
    form: z
      .string()
      .transform((file) => path.resolve(file))
      .optional(),
    expected: "a file",
  },
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
  form: z.ZodType;
  /** What a good value is, as it stands in the sentence that refuses another. */
  expected: string;
}

/** Limits that make sense as 0. */
const MAY_BE_ZERO = new Set<keyof Limits>(["RATE_LIMIT_ANONYMOUS", "RATE_LIMIT_USER", "CACHE_MAX_AGE_SECONDS"]);

const allSettings: Record<string, Setting> = {
  ...settings,
  ...Object.fromEntries(limitNames.map((name) => [name, limitSetting(name)])),
};

function limitSetting(name: keyof Limits): Setting {
  const least = MAY_BE_ZERO.has(name) ? 0 : 1;
  return {
    description: describeLimit(name),
    default: String(defaultLimits[name]),
    form: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
      .refine((number) => number >= least),
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

export type Config = { [N in keyof typeof settings]: z.output<(typeof settings)[N]["form"]> } & Limits;

/** Settings whose value may hold a secret, so it is not repeated. */
const SECRETS = new Set([
  "DATABASE_URL",
  "REDIS_URL",
  "METRICS_TOKEN",
  "SMTP_URL",
  "DIGEST_SECRET",
  "DIGEST_EVENTS_SECRET",
]);

/** Reads the settings from the environment; an ExpectedError names every unknown or malformed one. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems = Object.keys(env).flatMap((name) => unknownSetting(name) ?? []);
  const values = Object.entries(allSettings).map(([name, setting]) => {
    const given = env[name]?.trim() || setting.default;
    const parsed = setting.form.safeParse(given);
    const shown = SECRETS.has(name) ? "" : ` "${given}"`;
    if (!parsed.success) problems.push(`${name}${shown} is not ${setting.expected}.`);
    return [name, parsed.data];
  });
  if (!env.OIDC_ISSUER?.trim() !== !env.OIDC_AUDIENCE?.trim()) {
    problems.push("OIDC_ISSUER and OIDC_AUDIENCE go together: set both or none.");
  }
  const dkim = [env.DKIM_DOMAIN, env.DKIM_SELECTOR, env.DKIM_PRIVATE_KEY_FILE].filter((value) => value?.trim()).length;
  if (dkim % 3 !== 0) {
    problems.push("DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE go together: set all or none.");
  }
  if (problems.length > 0) throw new ExpectedError(problems.join("\n"));
  return Object.fromEntries(values) as Config;
}

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

function isPostgresUrl(text: string): boolean {
  try {
    const url = new URL(text);
    return (
      /^postgres(ql)?:$/.test(url.protocol) &&
      (url.hostname !== "" || url.searchParams.has("host")) &&
      url.pathname.length > 1
    );
  } catch {
    return false;
  }
}

/** Where traces go. Tracing starts before anything else is loaded, so this is read ahead of all other settings. */
export function readTraceEndpoint(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return settings.OTEL_EXPORTER_OTLP_ENDPOINT.form.safeParse(env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || undefined).data;
}

/** The environment is shared with everything else: an unknown setting is a name that is nearly one of ours. */
function unknownSetting(name: string): string | null {
  if (name in allSettings) return null;
  const near = Object.keys(allSettings).find((ours) => {
    const reach = ours.length > 5 ? 2 : 1;
    return name.length >= ours.length - 1 && distance(name, ours, reach) <= reach && !NOT_OURS.has(name);
  });
  return near ? `Unknown setting ${name}; did you mean ${near}?` : null;
}

/** Common variables that are nearly named like ours. */
const NOT_OURS = new Set(["POST", "SORT", "HOSTS", "PORTS", "COST", "LOST", "MOST", "PART", "PORK", "WORKDIR"]);

/**
 * The optimal string alignment distance of two names (Levenshtein's, with two neighbours that changed places as one
 * edit), or more than `limit` when their lengths alone say so.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? rows[i - 2]![j - 2]! + 1 : substituted;
      row.push(Math.min(substituted, swapped, rows[i - 1]![j]! + 1, row[j - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
