import type { Database } from "../../src/db/database";
import { importItems } from "../../src/ingest/importer";
import type { PaperLook } from "../../src/ingest/look";

let serial = 0;

/** A look at a paper of its own, with everything that a test does not care about filled in. */
export function look(over: Partial<PaperLook> = {}): PaperLook {
  serial++;
  return {
    place: `item ${serial}`,
    seenAt: new Date("2026-01-10T00:00:00Z"),
    title: `Paper number ${serial}`,
    publishedOn: "2026-01-05",
    ...over,
  };
}

/** Featured at the start of a day, or at a later time of it. */
export function featured(on: string, time = "00:00:00"): PaperLook["featured"] {
  return { on, at: new Date(`${on}T${time}Z`) };
}

export function importLooks(db: Database, looks: PaperLook[], batchSize?: number) {
  return importItems(
    db,
    looks.map((each) => ({ look: each, notes: [] })),
    { batchSize },
  );
}
