import type { Database } from "../../src/db/database";
import { findNeighbors } from "../../src/meaning/neighbors.service";
import { servingModel } from "../../src/meaning/serving-model";
import { VectorIndex } from "../../src/meaning/vector-index";

/** Finds the neighbors of all papers in the backlog, as the worker does. */
export async function comparePapers(db: Database, index = new VectorIndex(db, servingModel())): Promise<void> {
  while (await db.bulk((tx) => findNeighbors(tx, index)));
}
