import type { Db } from "../db/database";
import { sql } from "../db/sql";

/**
 * Names the course of events that a database tells. It is another one in another cluster or database, when the tables were
 * made anew (by a restore), and from the moment at which a replica took over (a new timeline; the checkpoint after it comes
 * minutes later). What was read in one history may never have happened in the next.
 */
async function readHistory(db: Db): Promise<string> {
  const [row] = await db.read<{ history: string }>(sql`
    select left(md5(concat_ws(' ', s.system_identifier, to_regclass('paper_changes')::oid,
      (select oid from pg_database where datname = current_database()),
      greatest(c.timeline_id, r.min_recovery_end_timeline))), 12) as history
    from pg_control_system() s, pg_control_checkpoint() c, pg_control_recovery() r`);
  return row!.history;
}

export interface History {
  read(): Promise<string>;
}

/** `watch` reads on the primary: a replica may be on another timeline for a while. `onChange` is told of a new history. */
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
