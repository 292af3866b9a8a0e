import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";

const MAX_KNOWN = 100;
/** Clients send few different Accept-Encoding headers, so the results are cached. */
const known = new LRUCache<string, boolean>({ max: MAX_KNOWN });

/**
 * Whether a response may be sent compressed by gzip. RFC 9110, 12.5.3: without the header any coding may be sent, but not every
 * client without it can decompress.
 */
export function takesGzip(accepted: string | string[] | undefined): boolean {
  if (!accepted) return false;
  const header = String(accepted);
  let takes = known.get(header);
  if (takes === undefined) {
    const negotiator = new Negotiator({ headers: { "accept-encoding": header } });
    takes = negotiator.encoding(["gzip", "identity"]) === "gzip";
    known.set(header, takes);
  }
  return takes;
}
