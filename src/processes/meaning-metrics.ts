import { Gauge, type Registry } from "prom-client";
import type { Db } from "../db/database";
import { countWaiting } from "../meaning/endpoint/embedding-backlog.service";

/** Registers the metric of papers that an endpoint is to embed. */
export function measureMeaning(registry: Registry, db: Db): void {
  new Gauge({
    name: "daily_papers_embeddings_waiting",
    help: "Papers that wait to be embedded by EMBEDDINGS_URL, by model; the one that is to serve does when none waits.",
    labelNames: ["model"] as const,
    registers: [registry],
    async collect() {
      const counts = await countWaiting(db).catch(() => null);
      this.reset();
      for (const { model, count } of counts ?? []) this.set({ model }, count);
    },
  });
}
