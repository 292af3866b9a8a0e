import { LRUCache } from "lru-cache";

/** By a document's key, its ETag and when this process first made a body with it. */
export interface ModificationTimes {
  /** The Last-Modified of a document with this ETag now. */
  of(key: string, etag: string): string;
}

const MAX_BYTES = 2 * 1024 * 1024;
/** Bytes of an entry beside its key. */
const OVERHEAD = 300;

/**
 * Notes when each document changed last, as seen from this process: a document follows from votes, filters and ranks, whose
 * latest change no column tells. Of a forgotten one it is now: its reader gets the body once more, never an old one. Two
 * bodies of one second are a second apart, or a reader that compares times alone, as curl does, would never see the later one.
 */
export function createModificationTimes(now: () => Date = () => new Date()): ModificationTimes {
  const known = new LRUCache<string, { etag: string; at: number }>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_, key) => OVERHEAD + 2 * key.length,
  });
  return {
    of(key, etag) {
      const last = known.get(key);
      if (last?.etag === etag) return inSeconds(last.at);
      const at = Math.max(now().getTime(), (last?.at ?? 0) + 1000);
      known.set(key, { etag, at });
      return inSeconds(at);
    },
  };
}

const inSeconds = (time: number) => new Date(time).toUTCString();
