import { planDigests } from "../../../src/digests/deliveries/plan.service";
import { feature, ledger, readableLog } from "../../support/digests";
import { useDatabase } from "../../support/use-api";

/** A database in which digests are planned, emptied after each test. */
export function usePlans() {
  const t = useDatabase();
  afterEach(() => t.db.reset());

  const { log, lines } = readableLog();
  const plan = (now: string) => planDigests(t.db, new Date(now), log);
  const feeds = async () => (await ledger(t.db)).map((digest) => digest.feeds);
  const titles = async () => (await ledger(t.db)).map((digest) => digest.titles);
  const change = (id: number, columns: string) =>
    t.db.run(`update digest_subscriptions set ${columns}, next_send_at = '2026-01-01' where id = $1`, [id]);
  /** Days of October with one paper each, and their feeds as they stand at a time. */
  const featureDays = async (days: string[], now: string) => {
    for (const day of days) await feature(t.db, `2026-10-${day}`, [`paper of the ${day}`], now);
  };
  return { t, log, lines, plan, feeds, titles, change, featureDays };
}
