import type { Socket } from "node:net";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { ApolloServerPluginLandingPageLocalDefault } from "@apollo/server/plugin/landingPage/default";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import etag from "@fastify/etag";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { GraphQLError } from "graphql";
import { LRUCache } from "lru-cache";
import { faultOf } from "../db/faults";
import { asGraphQLError, badUserInput } from "../errors";
import type { OperationCaller } from "../gate/gate";
import { hashOfDocument, isAsking } from "./asked";
import { createPrivacyCheck } from "./cache-control";
import { byHash, createDocumentStore } from "./documents";
import { createFastPath } from "./fast-path";
import { gatePlugin, type HttpContext, type RequestIds } from "./gate.plugin";
import { headOf } from "./head";
import { createKeptAnswers } from "./kept-answers";
import { createKnownQueries } from "./known-queries";
import type { Listening } from "./listening/listening";
import { createSocketHandler, takePlace } from "./listening/websocket";
import { ROUTE_POINTS } from "./route-prices";
import type { ServerOptions } from "./server";

/** Serves /graphql: Apollo Server, and the fast path before it. */
export async function serveGraphql(
  server: FastifyInstance,
  options: ServerOptions,
  listening: Listening,
): Promise<void> {
  const { schema, gate, measures, levers } = options;
  const maxAge = options.limits.CACHE_MAX_AGE_SECONDS;
  const requestIds: RequestIds = new WeakMap();
  const isPrivate = createPrivacyCheck(schema);
  const queries = levers.fastPath ? createKnownQueries(schema, isPrivate, levers.compiledQueries) : null;
  const documents = createDocumentStore();
  const apollo = new ApolloServer<HttpContext>({
    schema,
    introspection: options.introspection,
    csrfPrevention: true,
    documentStore: byHash(documents),
    persistedQueries: options.persistedQueries ? { cache: options.persistedQueries } : {},
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: gate.parseOptions,
    validationRules: gate.validationRules,
    validationOptions: gate.validationOptions,
    executionOptions: gate.executionOptions,
    formatError: (_, thrown) => {
      const error = asGraphQLError(thrown);
      return gate.mask(error, requestIds.get(error) ?? requestIds.get(asError(error.originalError)) ?? null);
    },
    plugins: [
      gatePlugin({ isPrivate, gate, requestIds, measures, maxAge, queries }),
      options.explorer
        ? ApolloServerPluginLandingPageLocalDefault({ embed: true, document: options.explorer.examples[0]?.query })
        : ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  server.addHook("onClose", () => apollo.stop());
  const contextOf = rememberContexts(server, options, requestIds);
  const answer = fastifyApolloHandler(apollo, { context: contextOf });
  const { answerCacheMb } = levers;
  const answers = answerCacheMb > 0 && maxAge > 0 ? createKeptAnswers(answerCacheMb * 1024 * 1024, maxAge) : null;
  const answerFast = queries && createFastPath({ schema, gate, measures, queries, answers, maxAge });
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    // RFC 9112, 3.2: a host that is none is a 400. A URL is made of it, which would throw.
    if (!isHost(request)) throw badUserInput("Host", "The Host header names no host.");
    // Apollo Server refuses what asks nothing before it lets anyone charge for it.
    if (!isAsking(request)) await gate.charge({ address: request.ip ?? "" });
    let hash: string | null = null;
    const isLarge = request.method === "POST" && !(Number(request.headers["content-length"]) <= SMALL_BYTES);
    try {
      if (isLarge) await waitToRead(request);
      const fast = await answerFast?.(request, reply, contextOf);
      if (fast) return fast;
      hash = hashOfDocument(request);
      if (!isLarge && hash !== null && !(admitted.has(hash) && (await documents.get(hash)))) await waitToRead(request);
      return await answer.call(server, request, reply);
    } finally {
      void request.graphqlContext?.then(({ caller }) => leave(caller, hash)).catch(() => {});
    }
  };
  /** Documents of which the last operation was let in: to refuse one takes its time, too. */
  const admitted = new LRUCache<string, true>({ max: MAX_ADMITTED });
  const leave = (caller: OperationCaller, hash: string | null) => {
    caller.leave?.();
    if (hash !== null) caller.leave ? admitted.set(hash, true) : admitted.delete(hash);
  };
  /** What is waited for is read right afterwards. */
  const waitToRead = async (request: FastifyRequest) => {
    // Whoever is not let in is told so by Apollo Server.
    const context = await contextOf(request).catch(() => null);
    if (context) {
      await gate.read(context.caller).catch(async (error) => {
        await gate.charge(context.spender);
        throw error;
      });
    }
  };
  await server.register(async (scope) => {
    await scope.register(etag);
    // RFC 9110, 8.6: a 304 tells the length of what is not sent, or none. Of an empty text it would tell 0.
    scope.addHook("onSend", (_, reply, payload, done) => done(null, reply.statusCode === 304 ? null : payload));
    scope.route({
      method: "GET",
      url: "/graphql",
      config: { points: ROUTE_POINTS.none },
      onRequest: takePlace(listening),
      handler,
      wsHandler: createSocketHandler(listening),
    });
  });
  server.post("/graphql", { config: { points: ROUTE_POINTS.none } }, handler);
}

const MAX_ADMITTED = 1000;
/** To look through thousands of values takes as long as to read a document. */
const SMALL_BYTES = 8192;

const MAX_HOSTS = 100;
const hosts = new LRUCache<string, true>({ max: MAX_HOSTS });

/** Whether the Host header names one. Few do come, so those that were good and came last are remembered. */
function isHost({ protocol, hostname, url }: FastifyRequest): boolean {
  if (hosts.get(hostname)) return true;
  const isGood = URL.canParse(url, `${protocol}://${hostname}/`);
  if (isGood) hosts.set(hostname, true);
  return isGood;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Stands at the request itself: a WeakMap of them costs the garbage collector more than a small query takes. */
    graphqlContext: Promise<HttpContext> | null;
  }
}

/** Makes each request's context once, whoever asks for it. */
function rememberContexts(server: FastifyInstance, { createContext, measures }: ServerOptions, requestIds: RequestIds) {
  server.decorateRequest("graphqlContext", null);
  // A client that has gone in the meantime has no address any more.
  const create = async ({ id, ip: address = "", headers, raw }: FastifyRequest) => {
    const { authorization, "user-agent": userAgent = null } = headers;
    try {
      return await createContext({ id, address, userAgent, authorization, onGone: onEnd(raw.socket) });
    } catch (error) {
      const answer = withHead(error);
      measures.refused(answer instanceof GraphQLError ? String(answer.extensions.code) : "INTERNAL_SERVER_ERROR");
      requestIds.set(asError(answer), id);
      throw answer;
    }
  };
  return (request: FastifyRequest) => {
    request.graphqlContext ??= create(request);
    return request.graphqlContext;
  };
}

/** Of each socket, whom to tell that its client has gone. One listener does: a client may send many requests in one write. */
const listeners = new WeakMap<Socket, Set<() => void>>();

/** Calls back when a socket's client has gone. While an answer is owed, Node tells of that by the end of what it sends alone. */
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

/** A failure before the operation was looked at decides the HTTP status alone. */
function withHead(error: unknown): unknown {
  const known = error instanceof GraphQLError ? error : faultOf(error);
  const head = known && headOf(known.extensions);
  if (!known || !head) return error;
  const extensions: Record<string, unknown> = { ...known.extensions, http: head };
  return new GraphQLError(known.message, { extensions, originalError: asError(error) });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
