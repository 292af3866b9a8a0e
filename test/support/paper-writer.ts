import type { WritableDb } from "../../src/db/database";
import { createPaperReader, type PaperReader } from "../../src/papers/paper-reader";

/** Reads papers by statements that write. */
export function paperWriter(db: WritableDb): PaperReader {
  return createPaperReader({ query: (statement) => db.write(statement) });
}
