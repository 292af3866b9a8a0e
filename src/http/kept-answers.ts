import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import { isAskedOnPurpose } from "./asked";
import type { KnownQuery } from "./known-queries";

/** A finished answer to an anonymous GET. */
export interface KeptAnswer {
  body: Buffer;
  etag: string;
  contentType: string;
  /** Points that each who asks pays. */
  cost: number;
  query: KnownQuery;
  keptAt: number;
}

/** Answers that anyone may be given for their max-age, as bytes: a crowd that asks the same is answered without executing it. */
export interface KeptAnswers {
  find(request: FastifyRequest): KeptAnswer | undefined;
  keep(
    request: FastifyRequest,
    answer: Pick<KeptAnswer, "contentType" | "cost" | "query"> & { body: string },
  ): KeptAnswer;
}

/** Beside its body, what an answer takes. */
const OVERHEAD = 1000;

/** Keeps so many bytes for so many seconds. */
export function createKeptAnswers(bytes: number, maxAge: number): KeptAnswers {
  const answers = new LRUCache<string, KeptAnswer>({
    maxSize: bytes,
    ttl: maxAge * 1000,
    sizeCalculation: ({ body }, key) => OVERHEAD + body.length + 2 * key.length,
  });
  return {
    find: (request) => (isForAnyone(request) ? answers.get(keyOf(request)) : undefined),
    keep(request, { body: text, ...rest }) {
      const body = Buffer.from(text);
      const etag = `"${createHash("sha1").update(body).digest("base64")}"`;
      const answer = { ...rest, body, etag, keptAt: performance.now() };
      answers.set(keyOf(request), answer);
      return answer;
    },
  };
}

/** Whether the answer to a request can be one that was given to another. */
function isForAnyone(request: FastifyRequest): boolean {
  return request.method === "GET" && request.headers.authorization === undefined && isAskedOnPurpose(request);
}

/** An answer depends on nothing else. */
function keyOf({ url, headers }: FastifyRequest): string {
  return `${headers.accept ?? ""} ${url}`;
}
