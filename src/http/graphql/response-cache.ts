import { gzip } from "node:zlib";
import type { FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import type { MaybePromise } from "../../async/maybe-promise";
import { withTimeout } from "../../async/with-timeout";
import { takesGzip } from "../accept-encoding";
import { etagOf } from "../etag";

/** A finished response to an anonymous GET. */
export interface CachedResponse {
  plain: Body;
  /** Compressed after the first request that accepts gzip; null until then. */
  gzip: Body | null;
  /** Points that each request for it consumes. */
  cost: number;
  operationName: string | null;
  /** The Last-Modified of a document. */
  lastModified?: string;
  storedAt: number;
}

/** One representation of a response, with an ETag of its own (RFC 9110, 8.8.3.3). */
export interface Body {
  bytes: Buffer;
  etag: string;
  encoding: "gzip" | null;
}

/** Caches responses for anyone as bytes for their max-age, so that many equal requests execute their operation once. */
export interface ResponseCache {
  /**
   * The cached response; or the one that is being made for an equal request, if it is cacheable and does not take long: its
   * caller may first wait for other operations of its own.
   */
  find(request: CachedBy): MaybePromise<CachedResponse | undefined>;
  /**
   * Makes a response. `make` must call `letOthersWait` once the operation is admitted: from then on equal requests wait for
   * the response instead of executing the operation, too.
   */
  coalesce<Made>(request: CachedBy, make: (letOthersWait: () => void) => Promise<Made>): Promise<Made>;
  store(
    request: CachedBy,
    response: Pick<CachedResponse, "cost" | "operationName" | "lastModified"> & { bytes: Buffer; etag?: string },
  ): CachedResponse;
}

/** What the response to a request depends on. */
export type CachedBy = Pick<FastifyRequest, "method" | "url" | "headers">;

/** Longest wait for a response that is being made for another request. */
const PATIENCE_MS = 500;
/** Bytes of a cached response beside its body. */
const OVERHEAD = 1000;
/** Size of both bodies relative to the plain one, since gzip takes JSON to a third or less. */
const BOTH_FORMS = 1.4;
/** Fewer bytes are not worth compressing: they fit into a packet or two. */
const MIN_PACKED = 2000;

/** Creates a cache of at most `bytes` that keeps responses for `maxAge` seconds. */
export function createResponseCache(bytes: number, maxAge: number): ResponseCache {
  const responses = new LRUCache<string, CachedResponse>({
    maxSize: bytes,
    ttl: maxAge * 1000,
    // To know the time for a while would take a timer, which costs more than to ask for it.
    ttlResolution: 0,
    sizeCalculation: ({ plain }, key) => Math.ceil(OVERHEAD + BOTH_FORMS * plain.bytes.length + 2 * key.length),
  });
  // When a popular response expires, many requests for it come at once: only the first one executes.
  const underWay = new Map<string, Promise<void>>();
  return {
    find(request) {
      const key = keyOf(request);
      const kept = responses.get(key);
      const made = kept ? undefined : underWay.get(key);
      return made ? withTimeout(PATIENCE_MS, made).then(() => responses.get(key)) : kept;
    },
    async coalesce(request, make) {
      const key = keyOf(request);
      let end = () => {};
      const letOthersWait = () => {
        if (underWay.has(key)) return;
        const isOver = new Promise<void>((resolve) => {
          end = resolve;
        });
        underWay.set(key, isOver);
        void isOver.then(() => underWay.delete(key));
      };
      return make(letOthersWait).finally(() => end());
    },
    store(request, { bytes, etag, ...rest }) {
      // A copy: the buffer that it was written in may be twice as long.
      const plain = formOf(Buffer.from(bytes), null, etag);
      const response = { ...rest, plain, gzip: null, storedAt: performance.now() };
      responses.set(keyOf(request), response);
      return response;
    },
  };
}

/** The body of a cached response that a request accepts. The first that accepts gzip has it compressed for later ones. */
export function bodyFor(response: CachedResponse, { headers }: FastifyRequest): Body {
  if (!takesGzip(headers["accept-encoding"])) return response.plain;
  if (response.gzip) return response.gzip;
  if (response.plain.bytes.length < MIN_PACKED) return response.plain;
  response.gzip = response.plain;
  gzip(response.plain.bytes, (error, bytes) => {
    if (!error) response.gzip = formOf(bytes, "gzip");
  });
  return response.plain;
}

function formOf(bytes: Buffer, encoding: Body["encoding"], etag = etagOf(bytes)): Body {
  return { bytes, etag, encoding };
}

/** Whether a request that passed the CSRF check may share a response with others; no other is to be looked up. */
export function isForAnyone({ method, headers }: CachedBy): boolean {
  return method === "GET" && headers.authorization === undefined;
}

/** The cache key: a shared response depends on nothing else. */
function keyOf({ url, headers }: CachedBy): string {
  return `${headers.accept ?? ""} ${url}`;
}
