import { setTimeout as sleep } from "node:timers/promises";
import { type Position, PrimaryHistory, readPosition } from "./position";
import { createReader, type Reader } from "./reader";
import type { Timeouts } from "./timeouts";

/** What a replica is good for: only a fresh one is read. `foreign` is another database, or no replica any more. */
export const replicaStates = ["fresh", "lagging", "away", "foreign"] as const;
export type ReplicaState = (typeof replicaStates)[number];

export interface ReplicaSettings {
  urls: readonly string[];
  /** A replica that shows what is older than this is not read. */
  maxLag: number;
  /** Told when a replica's state has changed; `name` is host and database. */
  onChange: (name: string, state: ReplicaState) => void;
}

interface Replica {
  name: string;
  reader: Reader;
  /** A connection of its own, so that a slow read does not make a replica look frozen. */
  probe: Reader;
  state: ReplicaState;
  /** When it was last seen to be fresh, by performance.now(). */
  freshAt: number;
}

/** The replicas that can be read now. */
export interface Replicas {
  /** One that is fresh, each in its turn. */
  pick(): Replica | undefined;
  /** One that was fresh a moment ago, for when there is nothing better. */
  pickLost(): Replica | undefined;
  /** Reads from it no more until it was seen to be good; what waits for it fails at once. */
  leaveOut(replica: Replica): void;
  count(state: ReplicaState): number;
  close(): Promise<void>;
}

const CHECK_EVERY_MS = 1000;
/** A server that does not tell its position within this time is taken for frozen. */
const PROBE_MS = 1000;

/** Watches replicas of the primary: a lagging or lost one is left out, and taken back when it is good again. */
export function watchReplicas(primaryUrl: string, settings: ReplicaSettings, timeouts: Timeouts): Replicas {
  const { urls, maxLag, onChange } = settings;
  const hasty = { ...timeouts, connect: PROBE_MS, query: PROBE_MS };
  const primary = createReader(primaryUrl, hasty, 1);
  const replicas = urls.map((url): Replica => {
    const reader = createReader(url, timeouts);
    return { name: nameOf(url), reader, probe: createReader(url, hasty, 1), state: "away", freshAt: -Infinity };
  });
  const history = new PrimaryHistory();
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
    const position = await readPosition(primary).catch(() => primary.reset());
    if (!position) return;
    database = position.database;
    history.add(performance.now(), position.bytes);
  }

  function judge(position: Position): ReplicaState {
    if (!position.isReplica || (database !== null && position.database !== database)) return "foreign";
    // Before the primary was heard once, nobody knows how old a replica is.
    return database !== null && history.ageOf(position.bytes, performance.now()) <= maxLag ? "fresh" : "lagging";
  }

  async function check(replica: Replica): Promise<void> {
    const position = await readPosition(replica.probe).catch(() => replica.probe.reset());
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

/** Without user and password. */
function nameOf(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `${host || searchParams.get("host")}${pathname}`;
}
