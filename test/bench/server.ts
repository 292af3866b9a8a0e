import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { type EmbeddedOptions, startEmbedded } from "../../src/db/embedded/embedded";

/** Runs work on a PostgreSQL of its own, which has a folder for files too, and takes both away. */
export async function withServer<T>(
  work: (url: string, folder: string) => Promise<T>,
  settings: EmbeddedOptions["settings"] = {},
): Promise<T> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "daily-papers-bench-"));
  const server = await startEmbedded({ dataDir, settings });
  try {
    return await work(server.superuserUrl, dataDir);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, options: "-c timezone=UTC" });
  await client.connect();
  return work(client).finally(() => client.end());
}

/** The URL of another database of the same server. */
export function urlOf(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).toString();
}
