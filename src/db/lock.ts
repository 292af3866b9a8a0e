import type { Database } from "./database";

/** Runs work under a lock that all processes on a database see, alone or with others that share it; waits for its turn. */
export async function withLock<T>(
  { pool }: Database,
  kind: "alone" | "shared",
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const suffix = kind === "shared" ? "_shared" : "";
  try {
    await client.query(`select pg_advisory_lock${suffix}(hashtext($1))`, [name]);
    return await work().finally(() => client.query(`select pg_advisory_unlock${suffix}(hashtext($1))`, [name]));
  } finally {
    client.release();
  }
}
