import { logFailures, repeat } from "../async/background-loop";
import { steadyNow } from "../db/clock";
import type { WritableDb } from "../db/database";
import { workerName } from "../sources/source-loop";
import { type HubOptions, planPings, sendPings } from "./hub-pings";

/** A hub hears of a final feed at most this long after no cache has the former one any more. */
const INTERVAL_MS = 20_000;

/** Tells a hub of WebSub, if there is one, of each feed that becomes final, until the signal aborts. Any number of processes may do so at once. */
export async function tellHub(
  db: WritableDb,
  hub: string | undefined,
  given: Omit<HubOptions, "hub" | "owner">,
): Promise<void> {
  if (hub === undefined) return;
  const options = { ...given, hub, owner: workerName() };
  const work = async () => {
    const now = await steadyNow(db);
    await planPings(db, options, now);
    while (!options.signal.aborted && (await sendPings(db, options, now)));
  };
  await repeat(
    options.signal,
    INTERVAL_MS,
    logFailures("telling the hub", options.log, { work, otherwise: undefined }),
  );
}
