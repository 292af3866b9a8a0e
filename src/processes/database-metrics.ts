import { millisecondsInDay } from "date-fns/constants";
import { Gauge, type Registry } from "prom-client";
import type { Database } from "../db/database";
import { replicaStates } from "../db/replicas/replicas";
import { countDeliveries, deliveryStatuses } from "../digests/deliveries/claim.service";
import { countPaperCountMismatches } from "../facets/count-mismatches";
import { countMismatches } from "../upvotes/upvote.service";

/** Counting all votes, or all papers, of a large database is slow, so it is not done at every scrape. */
const CHECK_EVERY_MS = 10 * 60_000;
/** After a failed check. */
const RETRY_MS = 30_000;

/** Registers the metrics of the database. */
export function measureDatabase(registry: Registry, db: Database): void {
  const registers = [registry];
  new Gauge({
    name: "daily_papers_write_connections",
    help: "Connections for writes by state; `waiting` are writes that wait for a connection.",
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
    help: "Replicas of the database by state; only fresh ones are read.",
    labelNames: ["state"] as const,
    registers,
    collect() {
      for (const state of replicaStates) this.set({ state }, db.replicas(state));
    },
  });
  measureSeldom(registry, {
    name: "daily_papers_upvote_count_mismatches",
    help: "Papers whose upvote count is not their imported upvotes plus the votes of our users. Anything but 0 is a bug.",
    read: () => countMismatches(db),
  });
  measureSeldom(registry, {
    name: "daily_papers_paper_count_mismatches",
    help: "Organizations, authors, topics, categories and months whose number of papers is not that of the papers they have. Anything but 0 is a bug.",
    read: async () => Object.values(await countPaperCountMismatches(db)).reduce((sum, count) => sum + count, 0),
  });
  new Gauge({
    name: "daily_papers_deliveries",
    help: "Mails planned in the last 24 hours, by status; UNKNOWN may or may not have arrived.",
    labelNames: ["status"] as const,
    registers,
    async collect() {
      this.reset();
      const counts = await countDeliveries(db, new Date(Date.now() - millisecondsInDay)).catch(() => null);
      if (!counts) return;
      for (const status of deliveryStatuses) this.set({ status }, 0);
      for (const { status, count } of counts) this.inc({ status }, count);
    },
  });
}

interface SeldomMeasured {
  name: string;
  help: string;
  read: () => Promise<number>;
}

/** Registers a gauge whose number takes long to find. */
function measureSeldom(registry: Registry, { name, help, read }: SeldomMeasured): void {
  const gauge = new Gauge({ name, help, registers: [registry], collect: () => void check() });
  // Absent rather than 0, which would say that all was checked.
  gauge.remove();
  let nextAt = Number.NEGATIVE_INFINITY;
  // Not awaited by the scrape: the next one sees the result.
  const check = async () => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + CHECK_EVERY_MS;
    const count = await read().catch(() => null);
    if (count === null) nextAt = performance.now() + RETRY_MS;
    else gauge.set(count);
  };
}
