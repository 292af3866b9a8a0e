import type { Db } from "../db/database";
import { sql } from "../db/sql";

/**
 * Identifies the database's history. It differs in another cluster or database, after the tables were recreated (by a
 * restore), and from the moment at which a replica was promoted (a new timeline; the checkpoint after it comes minutes
 * later). Data that was read in one history may not exist in the next.
 */
async function readHistory(db: Db): Promise<string> {
  const [row] = await db.query<{ history: string }>(sql`
    select left(md5(concat_ws(' ', s.system_identifier, to_regclass('paper_changes')::oid,
      (select oid from pg_database where datname = current_database()),
      greatest(c.timeline_id, r.min_recovery_end_timeline))), 12) as history
    from pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r`);
  return row!.history;
}

export interface History {
  read(): Promise<string>;
}

/** `watch` reads the primary: a replica may be on another timeline for a while. `onChange` is called for a new history. */
export function watchHistory(watch: Db, onChange: () => void): History {
  let last: string | null = null;
  return {
    async read() {
      const history = await readHistory(watch);
      const isNew = last !== null && last !== history;
      last = history;
      if (isNew) onChange();
      return history;
    },
  };
}
