import type { Socket } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { asRefusal } from "../as-refusal";
import { createModificationTimes } from "../last-modified";
import type { HttpContext, ServerOptions } from "../server-options";
import { createPrivacyCheck } from "./cache-control";
import { startExecutor } from "./execute";
import { ownRequest } from "./request";
import {
  type Concluded,
  conclude,
  type Exchange,
  type RefusalForm,
  type ResponseOptions,
  respond,
  respondCached,
  respondRefused,
} from "./response";
import { createResponseCache, isForAnyone } from "./response-cache";

/** The way of every operation by GET or POST, whatever its result is written as. */
export interface Corridor {
  /** Finds, or admits, executes and writes, the response to a request that was read. */
  answer(exchange: Exchange): Promise<Buffer>;
  /** Authenticates a request, for one operation; throws the error with which it is refused. */
  open(request: FastifyRequest): Promise<HttpContext>;
  /** Waits until a request may be read that is no operation yet: at once, or for the caller's turn where its body is large. */
  waitToRead(request: FastifyRequest, context: HttpContext): Promise<void>;
  /** Executes an operation of this server's own in such a context, where the result is not the response. */
  run(
    request: FastifyRequest,
    context: HttpContext,
    query: string,
    variables: Record<string, unknown>,
  ): Promise<Concluded>;
  /** Answers a request that became no operation with its error, by default in the form of a GraphQL error. */
  refuse(request: FastifyRequest, reply: FastifyReply, error: unknown, form?: RefusalForm): Promise<FastifyReply>;
}

export async function openCorridor(server: FastifyInstance, options: ServerOptions): Promise<Corridor> {
  const { schema, admission, mask, metrics, limits, optimizations } = options;
  const executor = await startExecutor(options);
  server.addHook("onClose", () => executor.stop());
  const maxAge = limits.CACHE_MAX_AGE_SECONDS;
  const cacheBytes = optimizations.answerCacheMb * 1024 * 1024;
  const cache = cacheBytes > 0 && maxAge > 0 ? createResponseCache(cacheBytes, maxAge) : null;
  const responding: ResponseOptions = {
    admission,
    mask,
    metrics,
    isPrivate: createPrivacyCheck(schema),
    cache,
    maxAge,
    modificationTimes: createModificationTimes(),
  };
  const open = (request: FastifyRequest) => options.createContext(incoming(request));
  return {
    open,
    async waitToRead(request, { turn }) {
      if (isLarge(request)) await admission.waitToParse(turn);
    },
    async run(request, context, query, variables) {
      const startedAt = performance.now();
      try {
        const result = await executor.execute(ownRequest("POST", query, variables), context, isLarge(request));
        return conclude(context, result, startedAt, responding);
      } finally {
        context.turn.leave?.();
      }
    },
    async answer(exchange) {
      const { request, graphqlRequest, cachedBy } = exchange;
      const shared = cache && isForAnyone(cachedBy) ? cache : null;
      const found = shared?.find(cachedBy);
      const cached = found instanceof Promise ? await found : found;
      // A cached response skips authentication: a request that this would refuse must not get one.
      if (cached && !options.unreadHeader(request.headers)) return respondCached(exchange, cached, responding);
      const context = await open(request);
      const run = async (letOthersWait: () => void) => {
        // Not earlier: the operation may wait long for its turn.
        context.turn.onAdmitted = letOthersWait;
        const result = await executor.execute(graphqlRequest, context, isLarge(request));
        return respond(exchange, context, result, responding);
      };
      try {
        return await (shared ? shared.coalesce(cachedBy, run) : run(() => {}));
      } finally {
        context.turn.leave?.();
      }
    },
    async refuse(request, reply, error, form) {
      metrics.refused(await respondRefused(request, reply, asRefusal(error, limits), responding, form));
      return reply;
    },
  };
}

/** Bytes up to which a body counts as small: checking thousands of values takes as long as parsing a document. */
const SMALL_BYTES = 8192;

function isLarge({ method, headers }: FastifyRequest): boolean {
  return method === "POST" && !(Number(headers["content-length"]) <= SMALL_BYTES);
}

/** What a context is made of. A client that has disconnected has no address any more. */
function incoming({ id, ip: address = "", headers, query: parameters, raw }: FastifyRequest) {
  const { authorization, "user-agent": userAgent = null } = headers;
  return { id, address, userAgent, authorization, parameters, headers, onGone: onEnd(raw.socket) };
}

/** Each socket's callbacks for its client's disconnect. They share one listener: many requests may come in one write. */
const listeners = new WeakMap<Socket, Set<() => void>>();

/** Calls back when a socket's client disconnects. While a response is pending, Node only reports that by "end". */
const onEnd = (socket: Socket) => (callback: () => void) => {
  const known = listeners.get(socket) ?? new Set();
  if (!listeners.has(socket)) {
    listeners.set(socket, known);
    const tell = () => {
      for (const each of [...known]) each();
    };
    socket.once("end", tell).once("close", tell);
  }
  known.add(callback);
  return () => known.delete(callback);
};
