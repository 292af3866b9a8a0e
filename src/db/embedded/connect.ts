import { Client } from "pg";
import { startupConfig } from "../startup";
import type { Facts } from "./cluster";

export const SUPERUSER = "daily_papers";

/** Connects to a database of the embedded server as its superuser. */
export async function connect({ port, password }: Facts, database: string): Promise<Client> {
  const client = new Client({
    ...startupConfig(urlOf(port, SUPERUSER, password, database)),
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  client.on("error", () => {});
  await client.connect();
  return client;
}

export function urlOf(port: number, user: string, password: string, database: string): string {
  // The embedded server has no TLS; a PGSSLMODE in the environment is meant for another server.
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}
