import { Gauge, type Registry } from "prom-client";
import type { Db } from "../db/database";
import { countWebhooks, type WebhookCounts } from "../webhooks/deliveries/count.service";

/** Registers the metrics of webhooks: those of all processes together, as the database knows them. */
export function measureWebhooks(registry: Registry, db: Db): void {
  const registers = [registry];
  let reading: Promise<WebhookCounts | null> | null = null;
  /** The counts, read once for all metrics of a scrape; null while the database is away. */
  const read = (): Promise<WebhookCounts | null> => {
    reading ??= countWebhooks(db)
      .catch(() => null)
      .finally(() => {
        reading = null;
      });
    return reading;
  };
  new Gauge({
    name: "daily_papers_webhook_deliveries",
    help: "Deliveries of webhooks planned in the last 24 hours, by status.",
    labelNames: ["status"] as const,
    registers,
    async collect() {
      this.reset();
      const counts = await read();
      for (const [status, count] of Object.entries(counts?.deliveries ?? {})) this.set({ status }, count);
    },
  });
  new Gauge({
    name: "daily_papers_webhooks",
    help: "Webhooks by state; disabled ones failed for five days, or were disabled by their receiver or owner.",
    labelNames: ["state"] as const,
    registers,
    async collect() {
      const counts = await read();
      if (!counts) return;
      this.set({ state: "enabled" }, counts.enabled);
      this.set({ state: "disabled" }, counts.disabled);
    },
  });
  new Gauge({
    name: "daily_papers_webhook_lag_seconds",
    help: "For how long something has been due to a receiver that nobody sends to; more than a minute means too few workers.",
    registers,
    async collect() {
      const counts = await read();
      if (counts) this.set(counts.lag);
    },
  });
}
