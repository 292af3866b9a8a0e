import { setTimeout as sleep } from "node:timers/promises";
import { createReader, type Reader } from "../pipelined-reader";
import { describeUrl } from "../startup";
import type { Timeouts } from "../timeouts";
import { PrimaryWalSamples, readWalPosition, type WalPosition } from "./wal-position";

/** Only a fresh replica is read. A `foreign` one serves another database, or is not a replica any more. */
export const replicaStates = ["fresh", "lagging", "away", "foreign"] as const;
export type ReplicaState = (typeof replicaStates)[number];

export interface ReplicaSettings {
  urls: readonly string[];
  /** A replica whose data is older than this many milliseconds is not read. */
  maxLag: number;
  /** Called when a replica's state has changed; `name` is host and database. */
  onChange: (name: string, state: ReplicaState) => void;
}

interface Replica {
  name: string;
  reader: Reader;
  /** A separate connection, so that a slow read does not make a replica look unresponsive. */
  probe: Reader;
  state: ReplicaState;
  /** When it was last fresh, by performance.now(). */
  freshAt: number;
}

/** The replicas of a database. */
export interface Replicas {
  /** Picks a fresh replica, round robin. */
  pick(): Replica | undefined;
  /** Picks one that was lost, but was fresh a moment ago, as a last resort. */
  pickLost(): Replica | undefined;
  /** Excludes a replica until a check finds it fresh; its pending reads fail at once. */
  leaveOut(replica: Replica): void;
  count(state: ReplicaState): number;
  close(): Promise<void>;
}

const CHECK_EVERY_MS = 1000;
/** A server that does not report its position within this time counts as unavailable. */
const PROBE_MS = 1000;

/** Watches replicas of the primary: a lagging or lost one is excluded until it is fresh again. */
export function watchReplicas(primaryUrl: string, settings: ReplicaSettings, timeouts: Timeouts): Replicas {
  const { urls, maxLag, onChange } = settings;
  const hasty = { ...timeouts, connect: PROBE_MS, query: PROBE_MS };
  const primary = createReader(primaryUrl, hasty, 1);
  const replicas = urls.map((url): Replica => {
    const reader = createReader(url, timeouts);
    return { name: describeUrl(url), reader, probe: createReader(url, hasty, 1), state: "away", freshAt: -Infinity };
  });
  const walSamples = new PrimaryWalSamples();
  const end = new AbortController();
  let database: string | null = null;
  let turn = 0;

  function change(replica: Replica, state: ReplicaState): void {
    if (replica.state === state) return;
    replica.state = state;
    if (state === "away") replica.reader.reset();
    onChange(replica.name, state);
  }

  async function checkPrimary(): Promise<void> {
    const position = await readWalPosition(primary).catch(() => primary.reset());
    if (!position) return;
    database = position.database;
    walSamples.add(performance.now(), position.bytes);
  }

  function judge(position: WalPosition): ReplicaState {
    if (!position.isReplica || (database !== null && position.database !== database)) return "foreign";
    // Until the primary has responded once, a replica's age is unknown.
    return database !== null && walSamples.ageOf(position.bytes, performance.now()) <= maxLag ? "fresh" : "lagging";
  }

  async function check(replica: Replica): Promise<void> {
    const position = await readWalPosition(replica.probe).catch(() => replica.probe.reset());
    if (end.signal.aborted) return;
    change(replica, position ? judge(position) : "away");
    if (replica.state === "fresh") replica.freshAt = performance.now();
  }

  const watching = (async () => {
    await checkPrimary();
    while (!end.signal.aborted) {
      await Promise.all([checkPrimary(), ...replicas.map(check)]);
      await sleep(CHECK_EVERY_MS, null, { signal: end.signal }).catch(() => {});
    }
  })();

  return {
    pick() {
      const fresh = replicas.filter(({ state }) => state === "fresh");
      return fresh[turn++ % fresh.length];
    },
    pickLost: () =>
      replicas.find(({ state, freshAt }) => state === "away" && performance.now() < freshAt + CHECK_EVERY_MS * 3),
    leaveOut: (replica) => change(replica, "away"),
    count: (state) => replicas.filter((replica) => replica.state === state).length,
    async close() {
      end.abort();
      await watching;
      const readers = replicas.flatMap(({ reader, probe }) => [reader, probe]);
      await Promise.all([primary, ...readers].map((reader) => reader.close()));
    },
  };
}
