import * as v from "valibot";
import { ExpectedError } from "./expected-error";
import type { Limits } from "./limits";
import { misspeltFrom } from "./misspelling";
import { allSettings, SECRETS, settings } from "./settings";

export type Config = { [N in keyof typeof settings]: v.InferOutput<(typeof settings)[N]["form"]> } & Limits;

const MAX_SHUTDOWN_DELAY_MS = 4000;

/**
 * Reads the settings from the environment; an ExpectedError names every malformed one. Of what may be meant for another
 * program it only warns.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, warn = console.warn): Config {
  const env = withoutLinks(environment, warn);
  for (const name of Object.keys(env)) warnOfNearName(name, warn);
  const problems: string[] = [];
  const values = Object.entries(allSettings).map(([name, setting]) => {
    const given = env[name]?.trim() || setting.default;
    const parsed = v.safeParse(setting.form, given);
    const shown = SECRETS.has(name) ? "" : ` "${given}"`;
    if (!parsed.success) problems.push(`${name}${shown} is not ${setting.expected}.`);
    return [name, parsed.success ? parsed.output : undefined];
  });
  if (!env.OIDC_ISSUER?.trim() !== !env.OIDC_AUDIENCE?.trim()) {
    problems.push("OIDC_ISSUER and OIDC_AUDIENCE go together: set both or none.");
  }
  if (env.DATABASE_REPLICA_URLS?.trim() && !env.DATABASE_URL?.trim()) {
    problems.push("DATABASE_REPLICA_URLS needs DATABASE_URL: the embedded database has no replicas.");
  }
  const dkim = [env.DKIM_DOMAIN, env.DKIM_SELECTOR, env.DKIM_PRIVATE_KEY_FILE].filter((value) => value?.trim()).length;
  if (dkim % 3 !== 0) {
    problems.push("DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE go together: set all or none.");
  }
  if (env.SMTP_URL?.trim() && !env.PUBLIC_URL?.trim()) {
    problems.push("SMTP_URL needs PUBLIC_URL, or the links in mails would lead to this machine only.");
  }
  const { OPERATION_TIMEOUT_MS: operation, DATABASE_QUERY_TIMEOUT_MS: query } = Object.fromEntries(values);
  if (operation <= query) {
    problems.push("OPERATION_TIMEOUT_MS must be more than DATABASE_QUERY_TIMEOUT_MS, or no statement would begin.");
  }
  if (Number(env.SHUTDOWN_DELAY_MS) > MAX_SHUTDOWN_DELAY_MS) {
    problems.push(`SHUTDOWN_DELAY_MS must be at most ${MAX_SHUTDOWN_DELAY_MS}: a process ends within ten seconds.`);
  }
  if (problems.length > 0) throw new ExpectedError(problems.join("\n"));
  return Object.fromEntries(values) as Config;
}

/** Where traces go. Tracing starts before anything else is loaded, so this is read ahead of all other settings. */
export function readTraceEndpoint(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || undefined;
  const parsed = v.safeParse(settings.OTEL_EXPORTER_OTLP_ENDPOINT.form, given);
  return parsed.success ? parsed.output : undefined;
}

/** The environment is shared with everything else, so a name that is nearly one of ours may be right all the same. */
function warnOfNearName(name: string, warn: (line: string) => void): void {
  if (Object.hasOwn(allSettings, name)) return;
  const near = misspeltFrom(Object.keys(allSettings), name);
  if (near)
    warn(`${name} is no setting of this program and is not used; if it was meant for it: did you mean ${near}?`);
}

/** For a service named METRICS, Kubernetes sets METRICS_PORT=tcp://10.0.0.1:80 in every container beside it. */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//;

function withoutLinks(env: NodeJS.ProcessEnv, warn: (line: string) => void): NodeJS.ProcessEnv {
  const isLink = ([name, value]: [string, string | undefined]) =>
    name.endsWith("_PORT") && Object.hasOwn(allSettings, name) && SERVICE_LINK.test(value ?? "");
  return Object.fromEntries(
    Object.entries(env).filter((entry) => {
      if (!isLink(entry)) return true;
      warn(`${entry[0]} ${entry[1]} is a link to another service, made by Kubernetes or Docker, and is not used.`);
      return false;
    }),
  );
}
