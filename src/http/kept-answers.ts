import { createHash } from "node:crypto";
import { gzip } from "node:zlib";
import type { FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";
import { within } from "../within";

/** A finished answer to an anonymous GET. */
export interface KeptAnswer {
  plain: Body;
  /** Packed when it was given for the first time. */
  gzip: Body | null;
  contentType: string;
  /** Points that each who asks pays. */
  cost: number;
  operationName: string | null;
  keptAt: number;
}

/** One form of an answer, which has an ETag of its own (RFC 9110, 8.8.3.3). */
export interface Body {
  bytes: Buffer;
  etag: string;
  encoding: "gzip" | null;
}

/** Answers that anyone may be given for their max-age, as bytes: a crowd that asks the same is answered without executing it. */
export interface KeptAnswers {
  /**
   * The kept answer; or the one that is being made for another who asks the same, if it can be kept and does not take long:
   * whoever makes it may wait for other operations of theirs.
   */
  find(request: AskedRequest): Promise<KeptAnswer | undefined>;
  /** Makes an answer for a request. `share` lets others wait for it: to be called when nothing of the asker's stands before it. */
  make<Answer>(request: AskedRequest, make: (share: () => void) => Promise<Answer>): Promise<Answer>;
  keep(
    request: AskedRequest,
    answer: Pick<KeptAnswer, "contentType" | "cost" | "operationName"> & { bytes: Buffer },
  ): KeptAnswer;
}

/** What an answer depends on. */
type AskedRequest = Pick<FastifyRequest, "method" | "url" | "headers">;

/** So long one waits for an answer that another has made. */
const PATIENCE_MS = 500;
/** Beside its body, what an answer takes. */
const OVERHEAD = 1000;
/** Of its plain form; what both take, since JSON packs to a third or less. */
const BOTH_FORMS = 1.4;
/** Fewer bytes are not worth packing: they fit into a packet or two. */
const MIN_PACKED = 2000;

/** Keeps so many bytes for so many seconds. */
export function createKeptAnswers(bytes: number, maxAge: number): KeptAnswers {
  const answers = new LRUCache<string, KeptAnswer>({
    maxSize: bytes,
    ttl: maxAge * 1000,
    sizeCalculation: ({ plain }, key) => Math.ceil(OVERHEAD + BOTH_FORMS * plain.bytes.length + 2 * key.length),
  });
  // When a popular answer is over, the whole crowd asks at once: one of them has it made.
  const underWay = new Map<string, Promise<void>>();
  return {
    async find(request) {
      if (!isForAnyone(request)) return undefined;
      const key = keyOf(request);
      const kept = answers.get(key);
      if (kept || !underWay.has(key)) return kept;
      await within(PATIENCE_MS, underWay.get(key)!);
      return answers.get(key);
    },
    async make(request, make) {
      const key = keyOf(request);
      let end = () => {};
      const share = () => {
        if (!isForAnyone(request) || underWay.has(key)) return;
        const isOver = new Promise<void>((resolve) => {
          end = resolve;
        });
        underWay.set(key, isOver);
        void isOver.then(() => underWay.delete(key));
      };
      return make(share).finally(() => end());
    },
    keep(request, { bytes, ...rest }) {
      const plain = formOf(bytes, null);
      const answer = { ...rest, plain, gzip: null, keptAt: performance.now() };
      answers.set(keyOf(request), answer);
      return answer;
    },
  };
}

/** The form of a kept answer that suits a request. The first that takes gzip has it packed for those behind it. */
export function bodyFor(answer: KeptAnswer, { headers }: FastifyRequest): Body {
  // RFC 9110, 12.5.3: without the header anything may be sent, but not everyone who leaves it out can unpack.
  const accepted = headers["accept-encoding"] && new Negotiator({ headers }).encoding(["gzip", "identity"]);
  if (accepted !== "gzip") return answer.plain;
  if (answer.gzip) return answer.gzip;
  if (answer.plain.bytes.length < MIN_PACKED) return answer.plain;
  answer.gzip = answer.plain;
  gzip(answer.plain.bytes, (error, bytes) => {
    if (!error) answer.gzip = formOf(bytes, "gzip");
  });
  return answer.plain;
}

function formOf(bytes: Buffer, encoding: Body["encoding"]): Body {
  return { bytes, etag: `"${createHash("sha1").update(bytes).digest("base64")}"`, encoding };
}

/** Whether the answer to a request that was asked on purpose can be one that was given to another. */
function isForAnyone({ method, headers }: AskedRequest): boolean {
  return method === "GET" && headers.authorization === undefined;
}

/** An answer depends on nothing else. */
function keyOf({ url, headers }: AskedRequest): string {
  return `${headers.accept ?? ""} ${url}`;
}
