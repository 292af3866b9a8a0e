import type { WritableDb } from "../db/database";
import { sql } from "../db/sql";

/** Records that an access token is used now, in the background. */
export type NoteUse = (tokenId: number) => void;

/** Batches the writes: uses during one statement share the next, so that a crowd of readers does not write token by token. */
export function createTokenUses(db: WritableDb): NoteUse {
  /** The tokens for the next statement; null while none is running. */
  let waiting: Set<number> | null = null;

  async function write(ids: number[]): Promise<void> {
    const next = new Set<number>();
    waiting = next;
    await db.write(sql`update access_tokens set last_used_at = now() where id = any(${ids}::int[])`).catch(() => {});
    waiting = null;
    if (next.size > 0) void write([...next]);
  }

  return (tokenId) => {
    if (waiting) waiting.add(tokenId);
    else void write([tokenId]);
  };
}
