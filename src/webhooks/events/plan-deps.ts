import { type History, watchHistory } from "../../changes/history";
import { createSequencer, type Sequencer } from "../../changes/sequencer";
import type { Db, LiveDb, WritableDb } from "../../db/database";
import type { Log } from "../../log";

/** What planning needs of its process. */
export interface PlanDeps {
  db: WritableDb;
  /** Reads the primary. */
  watch: Db;
  sequencer: Pick<Sequencer, "catchUp">;
  history: History;
  log: Log;
}

/** Planning on a database, with the changes numbered by this process if by no other. */
export function createPlanDeps(db: LiveDb, log: Log): PlanDeps {
  const watch = db.primary;
  return { db, watch, sequencer: createSequencer(db, watch), history: watchHistory(watch, () => {}), log };
}
