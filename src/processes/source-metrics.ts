import { Counter, Gauge, type Registry } from "prom-client";
import type { SourceName } from "../config/source-settings";
import type { Db } from "../db/database";
import { countSources, listGaps, type SourceCounts } from "../sources/source-status.service";

/** Registers the metrics of sources: those of all processes together, as the database knows them. */
export function measureSources(registry: Registry, db: Db, sources: readonly SourceName[]): void {
  if (sources.length === 0) return;
  const registers = [registry];
  let reading: Promise<SourceCounts[]> | null = null;
  /** The counts, read once for all metrics of a scrape; none while the database is away. */
  const read = (): Promise<SourceCounts[]> => {
    reading ??= countSources(db, sources)
      .catch(() => [])
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  new Counter({
    name: "daily_papers_source_requests_total",
    help: "Requests to sources by outcome: ok, limited (the source wants fewer) or failed.",
    labelNames: ["source", "outcome"] as const,
    registers,
    async collect() {
      for (const { source, ok, limited, failed } of await read()) {
        for (const [outcome, count] of Object.entries({ ok, limited, failed })) {
          this.remove({ source, outcome });
          this.inc({ source, outcome }, count);
        }
      }
    },
  });
  new Counter({
    name: "daily_papers_source_papers_total",
    help: "Papers read from sources, each time that they were read.",
    labelNames: ["source"] as const,
    registers,
    async collect() {
      for (const { source, papers } of await read()) {
        this.remove({ source });
        this.inc({ source }, papers);
      }
    },
  });
  new Gauge({
    name: "daily_papers_source_lag_seconds",
    help: "For how long something has been due at a source; from an hour on the source counts as behind.",
    labelNames: ["source"] as const,
    registers,
    async collect() {
      for (const { source, lag } of await read()) this.set({ source }, lag);
    },
  });
  if (!sources.includes("huggingface")) return;
  new Gauge({
    name: "daily_papers_source_gaps",
    help: "Weekdays since the first one to fill that have closed at the source and were never read.",
    labelNames: ["source"] as const,
    registers,
    async collect() {
      const gaps = await listGaps(db).catch(() => null);
      if (gaps) this.set({ source: "huggingface" }, gaps.length);
    },
  });
}
