import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { ApolloServerPluginLandingPageLocalDefault } from "@apollo/server/plugin/landingPage/default";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import cors from "@fastify/cors";
import etag from "@fastify/etag";
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from "fastify";
import { GraphQLError, type GraphQLSchema } from "graphql";
import { faultOf } from "../db/faults";
import { asGraphQLError, badUserInput, serviceUnavailable } from "../errors";
import type { Gate } from "../gate/gate";
import type { Limits } from "../limits";
import { closeGracefully } from "./closing";
import { createDocumentStore } from "./documents";
import { type ExampleQuery, serveExplorer } from "./explorer";
import { gatePlugin, type HttpContext, type RequestIds } from "./gate.plugin";
import { headOf } from "./head";
import { serveHealth } from "./health";
import { createListening } from "./listening/create-listening";
import { serveEventStream } from "./listening/event-stream";
import type { Listening } from "./listening/listening";
import type { SubscribingOptions } from "./listening/subscribing";
import { createSocketHandler, takePlace, takeWebSockets } from "./listening/websocket";
import type { Measures } from "./measures";
import { serveMetrics } from "./metrics";

export interface ServerOptions {
  schema: GraphQLSchema;
  gate: Gate;
  limits: Limits;
  measures: Measures;
  /** Makes what a request carries; a GraphQLError that it throws is the answer. */
  createContext: (request: IncomingRequest) => Promise<HttpContext>;
  createEventContexts: SubscribingOptions["createEventContexts"];
  /** Whether a request could be served now. */
  isReady: () => Promise<boolean>;
  /** The Sandbox as landing page, GraphiQL at /graphiql; null switches both off. */
  explorer: { examples: readonly ExampleQuery[] } | null;
  introspection: boolean;
  /** Whose X-Forwarded-For is believed; see Fastify's trustProxy. */
  trustProxy: FastifyServerOptions["trustProxy"];
  /** Where persisted queries are kept for all processes; null keeps them in this one. */
  persistedQueries: KeyValueCache<string> | null;
  /** Opens /metrics to its bearers; null keeps it closed. */
  metricsToken: string | null;
}

export interface IncomingRequest {
  id: string;
  address: string;
  userAgent: string | null;
  authorization: string | undefined;
}

/** The HTTP face: GraphQL at /graphql, the explorers, health. Call `listen` on what it returns, and `close` to drain. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { limits } = options;
  const server = Fastify({
    bodyLimit: limits.MAX_BODY_BYTES,
    requestTimeout: limits.REQUEST_TIMEOUT_MS,
    // Nothing moves for so long only where an answer is not read: the longest operation is over by then.
    connectionTimeout: limits.OPERATION_TIMEOUT_MS + limits.REQUEST_TIMEOUT_MS,
    keepAliveTimeout: limits.KEEP_ALIVE_TIMEOUT_MS,
    http: { headersTimeout: limits.HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 1000 },
    forceCloseConnections: "idle",
    // Ours says the same in the form of GraphQL's errors.
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    trustProxy: options.trustProxy,
  });
  server.server.maxConnections = limits.MAX_CONNECTIONS;
  let isClosing = false;
  const listening = createListening(server, options);
  server.addHook("preClose", async () => {
    isClosing = true;
    for (const end of listening.streams) end();
  });
  await takeWebSockets(server, limits);
  closeGracefully(server);
  server.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    if (isClosing && request.url !== "/healthz" && request.url !== "/readyz") {
      reply.header("connection", "close");
      throw serviceUnavailable("This server is ending; try again.");
    }
  });
  // RFC 9110, 15.5.2: a 401 says how to authenticate; RFC 6750 names the scheme.
  server.addHook("onSend", async (request, reply, payload) => {
    if (reply.statusCode === 401) reply.header("www-authenticate", "Bearer");
    return reply.statusCode >= 400 ? withRequestId(payload, request.id) : payload;
  });
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const isLong = error.code === "FST_ERR_CTP_BODY_TOO_LARGE";
    if (isLong) error.message = `The body may have at most ${limits.MAX_BODY_BYTES} bytes.`;
    return refuse(options.gate, error, request, reply);
  });
  takeJsonOnly(server);
  await server.register(cors, {
    origin: "*",
    credentials: false,
    methods: ["GET", "POST", "OPTIONS"],
    exposedHeaders: ["ratelimit", "ratelimit-policy", "retry-after", "x-request-id"],
    maxAge: 86_400,
  });
  serveHealth(server, async () => !isClosing && (await options.isReady()));
  if (options.metricsToken) serveMetrics(server, options.measures.registry, options.metricsToken);
  if (options.explorer) serveExplorer(server, options.explorer.examples);
  server.get("/", (_, reply) => reply.redirect(options.explorer ? "/graphiql" : "/graphql"));
  await serveGraphql(server, options, listening);
  serveEventStream(server, listening);
  for (const url of ["/graphql", "/graphql/stream"]) refuseOtherMethods(server, options.gate, url);
  return server;
}

async function serveGraphql(server: FastifyInstance, options: ServerOptions, listening: Listening): Promise<void> {
  const { gate } = options;
  const requestIds: RequestIds = new WeakMap();
  const apollo = new ApolloServer<HttpContext>({
    schema: options.schema,
    introspection: options.introspection,
    csrfPrevention: true,
    documentStore: createDocumentStore(),
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
      gatePlugin(options.schema, gate, requestIds, options.measures, options.limits.CACHE_MAX_AGE_SECONDS),
      options.explorer
        ? ApolloServerPluginLandingPageLocalDefault({ embed: true, document: options.explorer.examples[0]?.query })
        : ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  server.addHook("onClose", () => apollo.stop());
  // A client that has gone in the meantime has no address any more.
  const context = async ({ id, ip: address = "", headers }: FastifyRequest) => {
    const { authorization, "user-agent": userAgent = null } = headers;
    try {
      return await options.createContext({ id, address, userAgent, authorization });
    } catch (error) {
      const answer = withHead(error);
      options.measures.refused(
        answer instanceof GraphQLError ? String(answer.extensions.code) : "INTERNAL_SERVER_ERROR",
      );
      requestIds.set(asError(answer), id);
      throw answer;
    }
  };
  const answer = fastifyApolloHandler(apollo, { context });
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    // RFC 9112, 3.2: a host that is none is a 400. A URL is made of it, which would throw.
    const isHost = URL.canParse(request.url, `${request.protocol}://${request.hostname}/`);
    if (!isHost) throw badUserInput("Host", "The Host header names no host.");
    return answer.call(server, request, reply);
  };
  await server.register(async (scope) => {
    await scope.register(etag);
    scope.route({
      method: "GET",
      url: "/graphql",
      onRequest: takePlace(listening),
      handler,
      wsHandler: createSocketHandler(listening),
    });
  });
  server.post("/graphql", handler);
}

/** Answers the methods that neither GraphQL over HTTP nor our streams take. */
function refuseOtherMethods(server: FastifyInstance, gate: Gate, url: string): void {
  server.route({
    method: ["PUT", "PATCH", "DELETE"],
    url,
    handler: ({ id }, reply) => {
      const error = badUserInput(null, "GraphQL is asked by GET or POST.");
      return reply
        .code(405)
        .header("allow", "GET, POST, OPTIONS")
        .send({ errors: [gate.mask(error, id)] });
    },
  });
}

/** Bodies are JSON in UTF-8, as RFC 8259 asks; another form or encoding is refused rather than guessed. */
function takeJsonOnly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const [, charset = "utf-8"] = /;\s*charset="?([^";\s]+)/i.exec(request.headers["content-type"] ?? "") ?? [];
    if (!/^utf-?8$/i.test(charset) || !isUtf8(body)) {
      return done(Object.assign(new Error("The body must be JSON in UTF-8."), { statusCode: 415 }));
    }
    parse(request, body.toString(), done);
  });
}

/** Answers what failed before it reached GraphQL in the same form as GraphQL's errors. */
function refuse(gate: Gate, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof GraphQLError) {
    const head = headOf(error.extensions);
    const { status = 400 } = (head ?? error.extensions.http ?? {}) as { status?: number };
    reply.code(status).headers(Object.fromEntries(head?.headers ?? []));
    return reply.send({ errors: [gate.mask(error, request.id)] });
  }
  const { statusCode: status = 500 } = error;
  const shown =
    status < 500 ? badUserInput("body", error.message) : new GraphQLError(error.message, { originalError: error });
  return reply.code(status).send({ errors: [gate.mask(shown, request.id)] });
}

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

/** Apollo Server refuses what is no GraphQL request at all without telling us which request that was. */
function withRequestId(payload: unknown, requestId: string): unknown {
  if (typeof payload !== "string" || !payload.includes('"requestId":null')) return payload;
  return payload.replaceAll('"requestId":null', `"requestId":${JSON.stringify(requestId)}`);
}
