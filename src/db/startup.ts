import type { ClientConfig } from "pg";

/**
 * What every session is told when it begins, since a server, a database and a role may each have other defaults. In which
 * schema the tables lie is left to them, and whether votes wait for the disk.
 */
const SETTINGS: Record<string, string> = {
  // How values are written and read.
  timezone: "UTC",
  datestyle: "ISO",
  intervalstyle: "postgres",
  extra_float_digits: "1",
  bytea_output: "hex",
  array_nulls: "on",
  standard_conforming_strings: "on",
  // Each statement sees what others have committed before it: changes are numbered so.
  default_transaction_isolation: "read committed",
  // Time-outs are ours: see `clientConfig`.
  statement_timeout: "0",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
  // Statements are short, and some are planned by their values: see `Planning`.
  plan_cache_mode: "auto",
  jit: "off",
  // What is found, and what is spelt alike enough.
  gin_fuzzy_search_limit: "0",
  "pg_trgm.word_similarity_threshold": "0.6",
  // Of no meaning to PostgreSQL: a session that knows it was told all of this.
  "daily_papers.is_told": "on",
};

/**
 * For sessions whose transactions may take their time: PostgreSQL 17 has a time limit for these, too, which older ones refuse
 * to be told of at the beginning.
 */
export const WITHOUT_TRANSACTION_TIMEOUT =
  "select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'";

/** Whether a session was told all of this, as a column: a pooler in between keeps it back. */
export const isTold = "coalesce(current_setting('daily_papers.is_told', true), '') = 'on'";

/** How to connect to `url` so that a session begins with our settings and these; those in the URL come before. */
export function startupConfig(
  url: string,
  settings: Record<string, string> = {},
): Required<Pick<ClientConfig, "connectionString" | "options">> {
  const own = Object.entries({ ...SETTINGS, ...settings }).map(([name, value]) => `-c ${name}=${quote(value)}`);
  const parsed = new URL(url);
  const given = parsed.searchParams.get("options");
  if (given === null) return { connectionString: url, options: own.join(" ") };
  // node-postgres would take the URL's options in place of ours.
  parsed.searchParams.delete("options");
  return { connectionString: parsed.toString(), options: [given, ...own].join(" ") };
}

function quote(value: string): string {
  return value.replace(/[\\ ]/g, "\\$&");
}
