import { millisecondsInDay } from "date-fns/constants";
import * as v from "valibot";
import { misspeltFrom } from "./did-you-mean";
import { ExpectedError } from "./expected-error";
import type { Limits } from "./limits";
import { allSettings, SECRETS, settings } from "./settings";

export type Config = { [N in keyof typeof settings]: v.InferOutput<(typeof settings)[N]["form"]> } & Limits;

const MAX_SHUTDOWN_DELAY_MS = 4000;

/**
 * Reads the settings from the environment; throws ExpectedError that names every malformed one. Variables that may be meant
 * for another program only cause warnings.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, warn = console.warn): Config {
  const env = withoutLinks(environment, warn);
  for (const name of Object.keys(env)) warnOfNearName(name, warn);
  const problems: string[] = [];
  const values = Object.entries(allSettings).map(([name, setting]) => {
    const given = env[name]?.trim() || setting.default;
    const parsed = v.safeParse(setting.form, given);
    const shown = SECRETS.has(name) ? "" : ` "${given}"`;
    if (!parsed.success) problems.push(`${name}${shown} is not ${setting.expected}.${reasonOf(parsed.issues[0])}`);
    return [name, parsed.success ? parsed.output : undefined];
  });
  if (!env.OIDC_ISSUER?.trim() !== !env.OIDC_AUDIENCE?.trim()) {
    problems.push("OIDC_ISSUER and OIDC_AUDIENCE go together: set both or none.");
  }
  if (!env.EMBEDDINGS_URL?.trim() !== !env.EMBEDDINGS_MODEL?.trim()) {
    problems.push("EMBEDDINGS_URL and EMBEDDINGS_MODEL go together: set both or none.");
  }
  if (env.EMBEDDINGS_KEY?.trim() && !env.EMBEDDINGS_URL?.trim()) {
    problems.push("EMBEDDINGS_KEY needs EMBEDDINGS_URL, to which it is sent.");
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
  if (env.TRUSTED_DOCUMENTS_ONLY?.trim() === "on" && !env.TRUSTED_DOCUMENTS?.trim()) {
    problems.push("TRUSTED_DOCUMENTS_ONLY needs TRUSTED_DOCUMENTS, or every document would be refused.");
  }
  const { SOURCES: sources, SOURCES_SINCE: since } = Object.fromEntries(values);
  if (sources?.includes("arxiv") && !env.SOURCES_CONTACT?.trim()) {
    problems.push("SOURCES with arxiv needs SOURCES_CONTACT: arXiv wants to know whom to write to.");
  }
  // This machine's clock may be late, and some zones are ahead of it.
  if (since && Date.parse(since) > Date.now() + 2 * millisecondsInDay) {
    problems.push(`SOURCES_SINCE "${since}" is in the future: it is the first day to fill.`);
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

/** The message of one of our own readers; valibot's own messages are about its types. */
function reasonOf({ type, message }: v.BaseIssue<unknown>): string {
  return type === "raw_transform" ? ` ${message}` : "";
}

/** Reads the endpoint of traces, before all other settings: tracing must start before anything else is loaded. */
export function readTraceEndpoint(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || undefined;
  const parsed = v.safeParse(settings.OTEL_EXPORTER_OTLP_ENDPOINT.form, given);
  return parsed.success ? parsed.output : undefined;
}

/** Only warns: the environment is shared, so a name similar to one of our settings may belong to another program. */
function warnOfNearName(name: string, warn: (line: string) => void): void {
  if (Object.hasOwn(allSettings, name)) return;
  const near = misspeltFrom(Object.keys(allSettings), name);
  if (near) warn(`${name} is not a setting of this program and is ignored; did you mean ${near}?`);
}

/** For a service named METRICS, Kubernetes sets METRICS_PORT=tcp://10.0.0.1:80 in every container beside it. */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//;

function withoutLinks(env: NodeJS.ProcessEnv, warn: (line: string) => void): NodeJS.ProcessEnv {
  const isLink = ([name, value]: [string, string | undefined]) =>
    name.endsWith("_PORT") && Object.hasOwn(allSettings, name) && SERVICE_LINK.test(value ?? "");
  return Object.fromEntries(
    Object.entries(env).filter((entry) => {
      if (!isLink(entry)) return true;
      warn(`${entry[0]} ${entry[1]} is a link to another service, set by Kubernetes or Docker, and is ignored.`);
      return false;
    }),
  );
}
