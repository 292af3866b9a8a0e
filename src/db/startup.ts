import type { ClientConfig } from "pg";

/**
 * Startup parameters of every session, since a server, a database and a role may each have other defaults. Not among them,
 * so that operators can choose: search_path, and synchronous_commit, which is whether votes wait for the disk.
 */
const SETTINGS: Record<string, string> = {
  // The formats of values.
  timezone: "UTC",
  datestyle: "ISO",
  intervalstyle: "postgres",
  extra_float_digits: "1",
  bytea_output: "hex",
  array_nulls: "on",
  standard_conforming_strings: "on",
  // The sequencer relies on each statement seeing what others have committed before it.
  default_transaction_isolation: "read committed",
  // We set our own timeouts: see `clientConfig`.
  statement_timeout: "0",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
  // Statements are short, and choose their own planning: see `Planning`.
  plan_cache_mode: "auto",
  jit: "off",
  // The completeness of searches, and the similarity of spellings.
  gin_fuzzy_search_limit: "0",
  "pg_trgm.word_similarity_threshold": "0.6",
  // Unknown to PostgreSQL: shows that a session has got all of these.
  "daily_papers.is_told": "on",
};

/**
 * For every session that runs statements of ours: PostgreSQL 17 has a timeout for transactions, too, also for that of a single
 * statement, which older versions refuse as a startup parameter. By the version, since pg_settings takes a millisecond to read.
 */
export const WITHOUT_TRANSACTION_TIMEOUT =
  "select set_config('transaction_timeout', '0', false) where current_setting('server_version_num')::int >= 170000";

/** SQL expression: whether a session has got our startup parameters, which a pooler may drop. */
export const isTold = "coalesce(current_setting('daily_papers.is_told', true), '') = 'on'";

/** Connection options for `url` with our startup parameters and `settings`, both of which override those in the URL. */
export function startupConfig(
  url: string,
  settings: Record<string, string> = {},
): Required<Pick<ClientConfig, "connectionString" | "options">> {
  const own = Object.entries({ ...SETTINGS, ...settings }).map(([name, value]) => `-c ${name}=${quote(value)}`);
  const parsed = new URL(url);
  const given = parsed.searchParams.get("options");
  if (given === null) return { connectionString: url, options: own.join(" ") };
  // node-postgres would use the URL's options instead of ours.
  parsed.searchParams.delete("options");
  return { connectionString: parsed.toString(), options: [given, ...own].join(" ") };
}

/** Of a database's URL the host and the name, without user and password. */
export function describeUrl(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `${host || searchParams.get("host")}${pathname}`;
}

function quote(value: string): string {
  return value.replace(/[\\ ]/g, "\\$&");
}
