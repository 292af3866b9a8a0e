import { defaultLimits } from "../../src/config/limits";
import type { Db } from "../../src/db/database";
import { onPrimary } from "../../src/db/request-db";
import { Hub } from "../../src/live/hub";
import { createLog } from "../../src/log";
import type { PaperFilter } from "../../src/papers/paper-filter.input";
import type { TestDatabase } from "../support/database";

/** The most filters that one caller of a test's hub may hold. */
export const FILTERS = 250;

/** A hub that publishes when a test says so. */
export function createHub(db: TestDatabase, matching: Db = onPrimary(db, "filters")): Hub {
  const limits = { ...defaultLimits, MAX_FILTERS_PER_CALLER: FILTERS };
  return new Hub({ watch: db.primary, matching, limits, log: createLog("warn", { write: () => {} }) });
}

/** The titles that a listener hears; filled as they come. */
export async function hear(hub: Hub, filter: PaperFilter | null): Promise<string[]> {
  const titles: string[] = [];
  const events = await hub.listenToFeatured(filter, "network 192.0.2.1");
  void (async () => {
    for await (const { node } of events) titles.push(node.title);
  })();
  return titles;
}

/** Resolves when listeners have heard what was published. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
