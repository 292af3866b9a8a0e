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
 * latest change no column tells. Of a forgotten one it is now: its reader gets the body once more, never an old one.
 */
export function createModificationTimes(now: () => Date = () => new Date()): ModificationTimes {
  const known = new LRUCache<string, { etag: string; at: string }>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_, key) => OVERHEAD + 2 * key.length,
  });
  return {
    of(key, etag) {
      const last = known.get(key);
      if (last?.etag === etag) return last.at;
      const at = now().toUTCString();
      known.set(key, { etag, at });
      return at;
    },
  };
}
