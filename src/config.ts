import path from "node:path";
import { z } from "zod";
import { ExpectedError } from "./expected-error";

/** Every setting of the project: the environment variable, what it is for, its default and what it may be. */
const settings = {
  PORT: {
    description: "Port that the API listens on; 0 takes any free one.",
    default: "4000",
    form: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .refine((port) => port <= 65535),
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
    description: "Whether the API process ranks and closes feeds too; off where npm run worker does.",
    default: "on",
    form: z.enum(["on", "off"]).transform((value) => value === "on"),
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
  EXPLORER: {
    description: "Apollo Sandbox at /graphql and GraphiQL at /graphiql, also in production.",
    default: "on",
    form: z.enum(["on", "off"]).transform((value) => value === "on"),
    expected: "on or off",
  },
} as const;

type Name = keyof typeof settings;

export type Config = { [N in Name]: z.output<(typeof settings)[N]["form"]> };

/** Reads the settings from the environment; an ExpectedError names every unknown or malformed one. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const problems = Object.keys(env).flatMap((name) => unknownSetting(name) ?? []);
  const values = Object.entries(settings).map(([name, setting]) => {
    const given = env[name]?.trim() || setting.default;
    const parsed = setting.form.safeParse(given);
    // A malformed URL may hold a password, so it is not repeated.
    const shown = name === "DATABASE_URL" ? "" : ` "${given}"`;
    if (!parsed.success) problems.push(`${name}${shown} is not ${setting.expected}.`);
    return [name, parsed.data];
  });
  if (!env.OIDC_ISSUER?.trim() !== !env.OIDC_AUDIENCE?.trim()) {
    problems.push("OIDC_ISSUER and OIDC_AUDIENCE go together: set both or none.");
  }
  if (problems.length > 0) throw new ExpectedError(problems.join("\n"));
  return Object.fromEntries(values) as Config;
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

/** The environment is shared with everything else: an unknown setting is a name that is nearly one of ours. */
function unknownSetting(name: string): string | null {
  if (name in settings) return null;
  const near = Object.keys(settings).find((ours) => {
    const reach = ours.length > 5 ? 2 : 1;
    return name.length >= ours.length - 1 && distance(name, ours, reach) <= reach && !NOT_OURS.has(name);
  });
  return near ? `Unknown setting ${name}; did you mean ${near}?` : null;
}

/** Common variables that are nearly named like ours. */
const NOT_OURS = new Set(["POST", "SORT", "HOSTS", "PORTS", "COST", "LOST", "MOST", "PART", "PORK"]);

/** Levenshtein's edit distance between two names (1965), or more than `limit` as soon as that is sure. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
