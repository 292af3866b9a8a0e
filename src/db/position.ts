import type { Db } from "./database";
import { sql } from "./sql";

/** How far a server is in the primary's write-ahead log, and which database of which cluster it serves. */
export interface Position {
  isReplica: boolean;
  /** Bytes of the log that are written (primary) or replayed (replica). */
  bytes: bigint;
  database: string;
}

/** Reads the position of a primary or a replica (PostgreSQL manual, "Recovery Information Functions"). */
export async function readPosition(db: Db): Promise<Position> {
  const [row] = await db.read<{ isReplica: boolean; bytes: string; database: string }>(sql`
    select pg_is_in_recovery() as "isReplica",
      (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end - '0/0')::text as bytes,
      current_database() || ' of ' || (select system_identifier from pg_control_system()) as database`);
  return { ...row!, bytes: BigInt(row!.bytes) };
}

/** Where the primary was, and when: enough to tell how old what a replica shows is. */
export class PrimaryHistory {
  private samples: { at: number; bytes: bigint }[] = [];

  add(at: number, bytes: bigint): void {
    this.samples.push({ at, bytes });
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
  }

  /** Milliseconds since the primary was last where a replica is; 0 when that is all that is known to be written. */
  ageOf(bytes: bigint, now: number): number {
    const behind = this.samples.findIndex((sample) => sample.bytes > bytes);
    if (behind < 0) return 0;
    return behind === 0 ? Number.POSITIVE_INFINITY : now - this.samples[behind - 1]!.at;
  }
}

const MAX_SAMPLES = 120;
