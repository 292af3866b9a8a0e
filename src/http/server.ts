import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import cors from "@fastify/cors";
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
import { sizeCost } from "../gate/document-cost";
import type { Gate } from "../gate/gate";
import type { Levers } from "../levers";
import type { Limits } from "../limits";
import type { Log } from "../log";
import { followAnswers } from "./answers";
import { createClientErrorHandler } from "./client-errors";
import { closeGracefully } from "./closing";
import { shareConnections } from "./connection-shares";
import { type ExampleQuery, serveExplorer } from "./explorer";
import type { HttpContext } from "./gate.plugin";
import { serveGraphql } from "./graphql";
import { headOf } from "./head";
import { serveHealth } from "./health";
import { createListening } from "./listening/create-listening";
import { serveEventStream } from "./listening/event-stream";
import type { SubscribingOptions } from "./listening/subscribing";
import { takeWebSockets } from "./listening/websocket";
import type { Measures } from "./measures";
import { serveMetrics } from "./metrics";
import { takePipelinedInTurns } from "./pipelining";
import { chargeRoutes } from "./route-prices";

export interface ServerOptions {
  schema: GraphQLSchema;
  gate: Gate;
  limits: Limits;
  measures: Measures;
  log: Log;
  /** Makes what a request carries; a GraphQLError that it throws is the answer. */
  createContext: (request: IncomingRequest) => Promise<HttpContext>;
  createEventContexts: SubscribingOptions["createEventContexts"];
  /** Whether the database can be read now. */
  isReady: () => Promise<boolean>;
  /** Whether the process is about to end. */
  isEnding: () => boolean;
  /** The Sandbox as landing page, GraphiQL at /graphiql; null switches both off. */
  explorer: { examples: readonly ExampleQuery[] } | null;
  introspection: boolean;
  /** Whose X-Forwarded-For is believed; see Fastify's trustProxy. */
  trustProxy: FastifyServerOptions["trustProxy"];
  /** Where persisted queries are kept for all processes; null keeps them in this one. */
  persistedQueries: KeyValueCache<string> | null;
  levers: Levers;
  /** Opens /metrics to its bearers; null keeps it closed. */
  metricsToken: string | null;
}

export interface IncomingRequest {
  id: string;
  address: string;
  userAgent: string | null;
  authorization: string | undefined;
  /** Calls back when who asks has gone; gives what ends that. */
  onGone?: (callback: () => void) => () => void;
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
    schemaController: { compilersFactory: withoutSchemas },
    clientErrorHandler: createClientErrorHandler(options.gate, () => answers),
  });
  const answers = followAnswers(server.server);
  server.server.maxConnections = limits.MAX_CONNECTIONS;
  let isClosing = false;
  const listening = createListening(server, options);
  server.addHook("preClose", async () => {
    isClosing = true;
    for (const end of listening.streams) end();
  });
  await takeWebSockets(server, answers, limits);
  closeGracefully(server, answers);
  shareConnections(server.server, limits, options.trustProxy, listening.places.takenBy);
  server.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    if (!isClosing || request.url === "/healthz" || request.url === "/readyz") return done();
    reply.header("connection", "close");
    done(serviceUnavailable("This server is ending; try again."));
  });
  takePipelinedInTurns(server);
  chargeRoutes(server, options.gate);
  // RFC 9110, 15.5.2: a 401 says how to authenticate; RFC 6750 names the scheme.
  server.addHook("onSend", (request, reply, payload, done) => {
    if (reply.statusCode === 401) reply.header("www-authenticate", "Bearer");
    done(null, reply.statusCode >= 400 ? withRequestId(payload, request.id) : payload);
  });
  server.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const refusal = await chargeUnread(error, request, options.gate);
    if (refusal) return refuse(options.gate, refusal, request, reply);
    const isLong = error.code === "FST_ERR_CTP_BODY_TOO_LARGE";
    if (isLong) error.message = `The body may have at most ${limits.MAX_BODY_BYTES} bytes.`;
    return refuse(options.gate, error, request, reply);
  });
  refuseCodings(server);
  takeJsonOnly(server, options.gate);
  await server.register(cors, {
    origin: "*",
    credentials: false,
    methods: ["GET", "POST", "OPTIONS"],
    exposedHeaders: ["ratelimit", "ratelimit-policy", "retry-after", "x-request-id"],
    maxAge: 86_400,
  });
  serveHealth(server, options.isReady, () => isClosing || options.isEnding());
  if (options.metricsToken) serveMetrics(server, options.measures.registry, options.metricsToken);
  if (options.explorer) serveExplorer(server, options.explorer.examples);
  server.get("/", (_, reply) => reply.redirect(options.explorer ? "/graphiql" : "/graphql"));
  await serveGraphql(server, options, listening);
  serveEventStream(server, listening);
  for (const url of ["/graphql", "/graphql/stream"]) refuseOtherMethods(server, options.gate, url);
  return server;
}

/** Our routes have no JSON Schemas; what would compile them takes a tenth of a second to load. */
const withoutSchemas = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error("Routes with JSON Schemas need Fastify's own compilers.");
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

/** RFC 9110, 8.4 and 15.5.16: a coding that is not known is refused, and the answer says which are. */
function refuseCodings(server: FastifyInstance): void {
  server.addHook("onRequest", (request, reply, done) => {
    const coding = request.headers["content-encoding"];
    if (coding === undefined || /^[\s,]*(identity[\s,]*)*$/i.test(coding)) return done();
    reply.header("accept-encoding", "identity");
    done(Object.assign(new Error("Send the body as it is, without a content-encoding."), { statusCode: 415 }));
  });
}

/**
 * Bodies are JSON in UTF-8, as RFC 8259 asks; another form or encoding is refused rather than guessed. A large one costs its
 * address points by its size.
 */
function takeJsonOnly(server: FastifyInstance, gate: Gate): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const [, charset = "utf-8"] = /;\s*charset="?([^";\s]+)/i.exec(request.headers["content-type"] ?? "") ?? [];
    if (!/^utf-?8$/i.test(charset) || !isUtf8(body)) {
      return done(Object.assign(new Error("The body must be JSON in UTF-8."), { statusCode: 415 }));
    }
    // Before it is parsed: a large one takes milliseconds in which nothing else is done.
    const points = sizeCost(body.length);
    if (points === 0) return parse(request, body.toString(), done);
    const { ip: address = "" } = request;
    gate.charge({ address }, points).then(() => parse(request, body.toString(), done), done);
  });
}

/** What was refused before it was read as an operation costs a point, and whoever has none left learns nothing else. */
async function chargeUnread(error: FastifyError, { ip: address = "" }: FastifyRequest, gate: Gate) {
  const isUnread =
    error instanceof GraphQLError ? error.extensions.code === "BAD_USER_INPUT" : (error.statusCode ?? 500) < 500;
  return isUnread ? gate.charge({ address }).then(() => null, asGraphQLError) : null;
}

/** Answers what failed before it reached GraphQL in the same form as GraphQL's errors. */
function refuse(
  gate: Gate,
  error: FastifyError | GraphQLError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status = error instanceof GraphQLError ? 500 : (error.statusCode ?? 500);
  // A client that breaks off is no database that does.
  const fault = status < 500 ? null : faultOf(error);
  const known = fault
    ? new GraphQLError(fault.message, { extensions: fault.extensions, originalError: error })
    : error instanceof GraphQLError && error;
  if (known) {
    const head = headOf(known.extensions);
    const { status: ofCode = 400 } = (head ?? known.extensions.http ?? {}) as { status?: number };
    reply.code(ofCode).headers(Object.fromEntries(head?.headers ?? []));
    return reply.send({ errors: [gate.mask(known, request.id)] });
  }
  const shown =
    status < 500 ? badUserInput("body", error.message) : new GraphQLError(error.message, { originalError: error });
  return reply.code(status).send({ errors: [gate.mask(shown, request.id)] });
}

/** Apollo Server refuses what is no GraphQL request at all without telling us which request that was. */
function withRequestId(payload: unknown, requestId: string): unknown {
  if (typeof payload !== "string" || !payload.includes('"requestId":null')) return payload;
  return payload.replaceAll('"requestId":null', `"requestId":${JSON.stringify(requestId)}`);
}
