import { Gauge, type Registry } from "prom-client";
import type { Database } from "./db/database";
import { replicaStates } from "./db/replicas";
import { countDeliveries, deliveryStatuses } from "./digests/delivery.service";
import { countMismatches } from "./upvotes/upvote.service";

/** Counting all votes takes a while on a large database, so it is not done at every scrape. */
const CHECK_EVERY_MS = 10 * 60_000;
/** After a check that failed. */
const RETRY_MS = 30_000;
const DAY_MS = 24 * 60 * 60_000;

/** Measures the database that all else depends on. */
export function measureDatabase(registry: Registry, db: Database): void {
  const registers = [registry];
  new Gauge({
    name: "daily_papers_write_connections",
    help: "Connections for writes, by what they do; `waiting` are writes that wait for one.",
    labelNames: ["state"] as const,
    registers,
    collect() {
      const { total, idle, waiting } = db.writers();
      this.set({ state: "busy" }, total - idle);
      this.set({ state: "idle" }, idle);
      this.set({ state: "waiting" }, waiting);
    },
  });
  new Gauge({
    name: "daily_papers_replicas",
    help: "Replicas of the database by what they are good for; only fresh ones are read.",
    labelNames: ["state"] as const,
    registers,
    collect() {
      for (const state of replicaStates) this.set({ state }, db.replicas(state));
    },
  });
  const mismatches = new Gauge({
    name: "daily_papers_upvote_count_mismatches",
    help: "Papers whose upvote count is not their imported upvotes plus the votes of our users. Anything but 0 is a bug.",
    registers,
    collect: () => {
      void check();
    },
  });
  mismatches.set(Number.NaN);
  let nextAt = Number.NEGATIVE_INFINITY;
  // No scrape waits for it: the next one sees the result.
  const check = async () => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + CHECK_EVERY_MS;
    const count = await countMismatches(db).catch(() => null);
    if (count === null) nextAt = performance.now() + RETRY_MS;
    else mismatches.set(count);
  };
  new Gauge({
    name: "daily_papers_deliveries",
    help: "Mails that were planned in the last 24 hours, by what became of them; UNKNOWN may or may not have arrived.",
    labelNames: ["status"] as const,
    registers,
    async collect() {
      this.reset();
      const counts = await countDeliveries(db, new Date(Date.now() - DAY_MS)).catch(() => null);
      if (!counts) return;
      for (const status of deliveryStatuses) this.set({ status }, 0);
      for (const { status, count } of counts) this.inc({ status }, count);
    },
  });
}
