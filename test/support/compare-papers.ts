import type { Database } from "../../src/db/database";
import { defaultModelName } from "../../src/meaning/default-model";
import { MemoryIndex } from "../../src/meaning/index/memory-index";
import { findNeighbors } from "../../src/meaning/neighbors.service";
import type { VectorIndex } from "../../src/meaning/vector-index";

/** Finds the neighbors of all papers in the backlog, as the worker does. */
export async function comparePapers(
  db: Database,
  index: VectorIndex = new MemoryIndex(db, defaultModelName()),
): Promise<void> {
  while (await db.bulk((tx) => findNeighbors(tx, index)));
}
