import type { Reader } from "../pipelined-reader";
import { sql } from "../sql";

/** A server's position in the primary's write-ahead log, and the database and cluster that it serves. */
export interface WalPosition {
  isReplica: boolean;
  /** Bytes of the log that are written (primary) or replayed (replica). */
  bytes: bigint;
  database: string;
}

/** Reads the position of a primary or a replica (PostgreSQL manual, "Recovery Information Functions"). */
export async function readWalPosition(reader: Pick<Reader, "query">): Promise<WalPosition> {
  const [row] = await reader.query<{ isReplica: boolean; bytes: string; database: string }>(sql`
    select pg_is_in_recovery() as "isReplica",
      (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end - '0/0')::text as bytes,
      current_database() || ' of ' || (select system_identifier from pg_control_system()) as database`);
  return { ...row!, bytes: BigInt(row!.bytes) };
}

/** Samples of the primary's WAL position over time, from which the age of a replica's data follows. */
export class PrimaryWalSamples {
  private samples: { at: number; bytes: bigint }[] = [];

  add(at: number, bytes: bigint): void {
    this.samples.push({ at, bytes });
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
  }

  /** Milliseconds since the primary was last at a replica's position; 0 when no later position is known. */
  ageOf(bytes: bigint, now: number): number {
    const behind = this.samples.findIndex((sample) => sample.bytes > bytes);
    if (behind < 0) return 0;
    return behind === 0 ? Number.POSITIVE_INFINITY : now - this.samples[behind - 1]!.at;
  }
}

const MAX_SAMPLES = 120;
