import { createHash } from "node:crypto";
import { millisecondsInDay, millisecondsInMinute } from "date-fns/constants";
import { createRandom } from "../../fuzz/random";

export type SourceName = "huggingface" | "arxiv";

/** What comes between a request and its answer. */
export type Fault =
  /** With the seconds after which to come again, as such or as a date, or without. */
  | { kind: "too many requests"; retryAfter?: number; isDate?: boolean }
  | { kind: "server error"; status: 500 | 502 | 503 | 504 }
  | { kind: "cut" }
  | { kind: "html" }
  | { kind: "slow" }
  | { kind: "reset" }
  /** No answer at all: for whoever is killed while it waits. */
  | { kind: "hang" }
  /** An item of another day's list among those of the day. */
  | { kind: "wrong day" }
  /** An error, and the status 200. */
  | { kind: "error entry" };

export type FaultOf = (source: SourceName, at: number, userAgent: string) => Fault | undefined;

const STORM_MS = 40 * millisecondsInMinute;
/** Of the days of a source, one so often has a storm. */
const STORM_EVERY = 3;
const SINGLE: Fault[] = [
  { kind: "server error", status: 500 },
  { kind: "server error", status: 502 },
  { kind: "server error", status: 503 },
  { kind: "server error", status: 504 },
  { kind: "cut" },
  { kind: "html" },
  { kind: "slow" },
  { kind: "reset" },
  { kind: "wrong day" },
  { kind: "error entry" },
  { kind: "too many requests", retryAfter: 30 },
];
const STORMS: Fault[] = [
  { kind: "too many requests" },
  { kind: "too many requests", retryAfter: 300 },
  { kind: "too many requests", retryAfter: 120, isDate: true },
  { kind: "server error", status: 503 },
];

/** Faults of all kinds: storms in which nothing else is answered, and between them so large a part of the answers. */
export function planFaults(seed: number, part: number): FaultOf {
  const single = createRandom(seed);
  const stormOf = memoize((key: string) => {
    const random = createRandom(seed + createHash("sha256").update(key).digest().readInt32BE());
    const from = random.int(0, 23 * 60) * millisecondsInMinute;
    return random.int(1, STORM_EVERY) === 1 ? { from, to: from + STORM_MS, fault: random.pick(STORMS) } : undefined;
  });
  return (source, at) => {
    const time = at % millisecondsInDay;
    const storm = stormOf(`${source} ${at - time}`);
    if (storm && storm.from <= time && time < storm.to) return storm.fault;
    return single.chance(part) ? single.pick(SINGLE) : undefined;
  };
}

function memoize<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}
