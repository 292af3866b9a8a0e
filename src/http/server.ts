import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { maxHeaderSize } from "node:http";
import cors from "@fastify/cors";
import { secondsInDay } from "date-fns/constants";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import type { Admission } from "../admission/admission";
import { sizeCost } from "../admission/document-cost";
import { badUserInput, serviceUnavailable } from "../graphql/errors";
import { asRefusal } from "./as-refusal";
import { createClientErrorHandler } from "./client-errors";
import { shareConnections } from "./connection-shares";
import { serveDocuments } from "./documents";
import { serveExplorer } from "./explorer";
import { type Corridor, openCorridor } from "./graphql/corridor";
import { plainUrl } from "./graphql/parameters";
import { respondRefused, sendRefusal } from "./graphql/response";
import { serveGraphql } from "./graphql/route";
import { serveHealth } from "./health";
import { requireHost } from "./host";
import { mark } from "./mark";
import { serveMetrics } from "./metrics.routes";
import { trackResponses } from "./pending-responses";
import { takePipelinedInTurns } from "./pipelining";
import { consumeRoutePoints } from "./route-costs";
import { knowRoutes, refuseUnrouted } from "./routes";
import type { ServerOptions } from "./server-options";
import { closeGracefully } from "./shutdown";
import { serveEventStream } from "./subscriptions/event-stream";
import { createSubscriptionTransport } from "./subscriptions/transport";
import { takeWebSockets } from "./subscriptions/websocket";

/** Adds routes of a feature whose operations go the way of all. */
export type CorridorRoutes = (server: FastifyInstance, corridor: Corridor) => void;

/** The HTTP server: GraphQL at /graphql, the explorers, health. Call `listen` on what it returns, and `close` to drain it. */
export async function createServer(
  options: ServerOptions,
  routes: readonly CorridorRoutes[] = [],
): Promise<FastifyInstance> {
  const { limits } = options;
  const server = Fastify({
    bodyLimit: limits.MAX_BODY_BYTES,
    requestTimeout: limits.REQUEST_TIMEOUT_MS,
    // Longer than the longest operation: a connection that is idle for this long has a response that its client does not read.
    connectionTimeout: limits.OPERATION_TIMEOUT_MS + limits.REQUEST_TIMEOUT_MS,
    keepAliveTimeout: limits.KEEP_ALIVE_TIMEOUT_MS,
    http: { headersTimeout: limits.HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 1000, requireHostHeader: false },
    forceCloseConnections: "idle",
    // The hook below says the same as a GraphQL error.
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    trustProxy: options.trustProxy,
    schemaController: { compilersFactory: withoutSchemas },
    rewriteUrl: ({ url = "/" }) => plainUrl(url),
    // No limit of the router's own: for a link with text pasted to its end, the page itself says that it does not work.
    routerOptions: { maxParamLength: maxHeaderSize },
    frameworkErrors(_, request, reply) {
      reply.headers({ "x-request-id": request.id, "access-control-allow-origin": "*" });
      const error = badUserInput("URL", "In a URL, % must be followed by two hexadecimal digits.");
      sendRefusal(request, reply as FastifyReply, error, options.mask);
    },
    clientErrorHandler: createClientErrorHandler(options.mask, () => pendingResponses),
  });
  const pendingResponses = trackResponses(server.server);
  server.server.maxConnections = limits.MAX_CONNECTIONS;
  let isClosing = false;
  const transport = createSubscriptionTransport(server, options);
  server.addHook("preClose", async () => {
    isClosing = true;
    for (const end of transport.streams) end();
  });
  await takeWebSockets(server, pendingResponses, limits);
  closeGracefully(server, pendingResponses);
  shareConnections(server.server, limits, options.trustProxy, transport.slots.takenBy);
  server.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    if (!isClosing || request.url === "/healthz" || request.url === "/readyz") return done();
    reply.header("connection", "close");
    done(serviceUnavailable("This server is shutting down; try again."));
  });
  requireHost(server);
  // RFC 9110, 10.1.1: an unknown expectation may be ignored; Node.js would refuse it without a message.
  server.server.on("checkExpectation", (request, response) => server.server.emit("request", request, response));
  knowRoutes(server);
  takePipelinedInTurns(server);
  consumeRoutePoints(server, options.admission);
  server.setErrorHandler<FastifyError>(async (error, request, reply) => {
    await respondRefused(request, reply, asRefusal(error, limits), options);
    return reply;
  });
  refuseCodings(server);
  takeJsonOnly(server, options.admission);
  await server.register(cors, {
    origin: "*",
    credentials: false,
    methods: ["GET", "POST", "OPTIONS"],
    exposedHeaders: "etag, ratelimit, ratelimit-policy, retry-after, x-request-id",
    maxAge: secondsInDay,
    // RFC 9110, 9.3.7: clients other than browsers may send OPTIONS, too.
    strictPreflight: false,
  });
  refuseUnrouted(server, options.explorer !== null);
  const isEnding = () => isClosing || options.isEnding();
  serveHealth(server, { admission: options.admission, isReady: options.isReady, isEnding });
  if (options.metricsToken) serveMetrics(server, options.metrics.registry, options.metricsToken);
  // Our pages embed their icon; for other responses, browsers request it here.
  server.get("/favicon.ico", (_, reply) =>
    reply.type("image/svg+xml").header("cache-control", "public, max-age=86400").send(mark),
  );
  if (options.explorer) {
    serveExplorer(server, options.explorer);
    // Relative: a proxy may serve all of this under a path prefix.
    server.get("/", (_, reply) => reply.redirect("graphiql"));
  }
  const corridor = await openCorridor(server, options);
  await serveGraphql(server, options, corridor, transport);
  await serveDocuments(server, options.documents, corridor);
  for (const serve of routes) serve(server, corridor);
  serveEventStream(server, transport);
  return server;
}

/** Our routes have no JSON Schemas, and Fastify's compilers for them take 0.1 s to load. */
const withoutSchemas = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error("Routes with JSON Schemas need Fastify's own compilers.");
}

/** RFC 9110, 8.4 and 15.5.16: an unknown content coding is refused, and the response names those that are accepted. */
function refuseCodings(server: FastifyInstance): void {
  server.addHook("preParsing", (request, reply, payload, done) => {
    const coding = request.headers["content-encoding"];
    if (coding === undefined || /^[\s,]*(identity[\s,]*)*$/i.test(coding)) return done(null, payload);
    reply.header("accept-encoding", "identity");
    done(Object.assign(new Error("Send the body as it is, without a content-encoding."), { statusCode: 415 }));
  });
}

/**
 * Accepts only bodies of JSON in UTF-8 (RFC 8259), and never guesses another form or charset. A large body costs its
 * address points by its size.
 */
function takeJsonOnly(server: FastifyInstance, admission: Admission): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const [, charset = "utf-8"] = /;\s*charset="?([^";\s]+)/i.exec(request.headers["content-type"] ?? "") ?? [];
    if (!/^utf-?8$/i.test(charset) || !isUtf8(body)) {
      return done(Object.assign(new Error("The body must be JSON in UTF-8."), { statusCode: 415 }));
    }
    // Before parsing: a large body blocks the event loop for milliseconds.
    const points = sizeCost(body.length);
    if (points === 0) return parse(request, body.toString(), done);
    const { ip: address = "" } = request;
    admission.consume({ address }, points).then(() => parse(request, body.toString(), done), done);
  });
}
