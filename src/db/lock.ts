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
    const result = await work();
    await client.query(`select pg_advisory_unlock${suffix}(hashtext($1))`, [name]);
    client.release();
    return result;
  } catch (error) {
    // It may be the connection that failed. Without it the lock ends, too.
    client.release(true);
    throw error;
  }
}
