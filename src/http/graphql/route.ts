import type { Socket } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { tagResponses } from "../etag";
import { ROUTE_POINTS } from "../route-costs";
import { sandboxPage } from "../sandbox";
import type { ServerOptions } from "../server-options";
import type { SubscriptionTransport } from "../subscriptions/transport";
import { createSocketHandler, takeSlot } from "../subscriptions/websocket";
import { createPrivacyCheck } from "./cache-control";
import { startExecutor } from "./execute";
import { acceptedBy, readRequest } from "./request";
import { type Exchange, type ResponseOptions, respond, respondCached, respondRefused } from "./response";
import { createResponseCache } from "./response-cache";

/** Serves /graphql: each request is read, admitted, executed and answered in the same steps. */
export async function serveGraphql(
  server: FastifyInstance,
  options: ServerOptions,
  transport: SubscriptionTransport,
): Promise<void> {
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
  };
  const page = options.explorer && sandboxPage(options.explorer);

  const answer = async (exchange: Exchange) => {
    const { request, graphqlRequest } = exchange;
    const cached = await cache?.find(request);
    // A cached response skips authentication: a request that this would refuse must not get one.
    if (cached && !options.unreadHeader(request.headers)) return respondCached(exchange, cached, responding);
    const context = await options.createContext(incoming(request));
    const run = async (letOthersWait: () => void) => {
      // Not earlier: the operation may wait long for its turn.
      context.turn.onAdmitted = letOthersWait;
      const result = await executor.execute(graphqlRequest, context, isLarge(request));
      return respond(exchange, context, result, responding);
    };
    try {
      return await (cache ? cache.coalesce(request, run) : run(() => {}));
    } finally {
      context.turn.leave?.();
    }
  };
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    if (page && request.method === "GET" && acceptedBy(request).isPage) {
      return reply.type("text/html").header("vary", "accept").send(page);
    }
    const startedAt = performance.now();
    try {
      const graphqlRequest = readRequest(request);
      reply.header("content-type", graphqlRequest.accepted.contentType);
      return await answer({ request, reply, graphqlRequest, startedAt });
    } catch (error) {
      options.metrics.refused(await respondRefused(request, reply, error, responding));
      return reply;
    }
  };
  await server.register(async (scope) => {
    tagResponses(scope);
    scope.route({
      method: "GET",
      url: "/graphql",
      exposeHeadRoute: false,
      config: { points: ROUTE_POINTS.none },
      onRequest: takeSlot(transport),
      handler,
      wsHandler: createSocketHandler(transport),
    });
  });
  server.post("/graphql", { config: { points: ROUTE_POINTS.none } }, handler);
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
