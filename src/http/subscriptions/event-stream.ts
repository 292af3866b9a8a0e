import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ExecutionResult } from "graphql";
import Negotiator from "negotiator";
import { badUserInput } from "../../graphql/errors";
import { responseHeadOf } from "../error-status";
import { parseParameters } from "../graphql/parameters";
import { ROUTE_POINTS } from "../route-costs";
import { reauthenticate } from "./reauthenticate";
import type { Outcome } from "./subscribe";
import type { SubscriptionTransport } from "./transport";

/** Shows proxies, and our own time-out for clients that do not read, that the stream is alive. */
const PING_MS = 12_000;

const EVENT_STREAM = "text/event-stream";

type Authenticate = () => Promise<unknown>;

/**
 * Subscriptions as server-sent events at /graphql/stream: the "distinct connections mode" of the GraphQL over SSE protocol
 * (graphql-sse, PROTOCOL.md), one stream for each. Not the library's handler, which buffers what a slow client has not read
 * without a bound.
 */
export function serveEventStream(server: FastifyInstance, transport: SubscriptionTransport): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const params = readRequest(request);
    const free = transport.slots.take(request.ip ?? "");
    const authenticate = () => transport.createContext(request, request.id, request.headers.authorization);
    try {
      const listener = await authenticate();
      const outcome = await transport.subscribe(params, listener);
      throwIfBusy(outcome);
      await send(request, reply, outcome, transport, authenticate);
    } finally {
      free();
    }
    return reply;
  };
  const config = { points: ROUTE_POINTS.none };
  server.get("/graphql/stream", { exposeHeadRoute: false, config }, handler);
  server.post("/graphql/stream", { config }, handler);
}

function readRequest({ method, headers, query, body }: FastifyRequest): unknown {
  if (!new Negotiator({ headers }).mediaTypes().some((type) => type.toLowerCase() === EVENT_STREAM)) {
    throw badUserInput("Accept", `Send accept: ${EVENT_STREAM}; queries and mutations go to /graphql.`);
  }
  if (headers["x-graphql-event-stream-token"] !== undefined || (query as Record<string, unknown>).token !== undefined) {
    throw badUserInput(
      "token",
      "Each subscription is a stream of its own here; the single connection mode is not served.",
    );
  }
  return method === "GET" ? parseParameters(query) : body;
}

/** Errors that a client may retry later get an HTTP status of their own; others are sent as the stream's only event. */
function throwIfBusy(outcome: Outcome): void {
  const [first] = "errors" in outcome ? outcome.errors : [];
  if (first && responseHeadOf(first.extensions)?.headers.some(([name]) => name === "retry-after")) throw first;
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: Outcome,
  transport: SubscriptionTransport,
  authenticate: Authenticate,
) {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": `${EVENT_STREAM}; charset=utf-8`,
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  raw.write(":\n\n");
  if ("errors" in outcome)
    raw.write(print("next", { errors: outcome.errors.map((error) => transport.mask(error, request.id)) }));
  else await forward(raw, outcome.results, transport, request.headers.authorization ? authenticate : null);
  raw.end(print("complete"));
}

async function forward(
  raw: ServerResponse,
  results: AsyncIterableIterator<ExecutionResult>,
  { counts, streams }: SubscriptionTransport,
  authenticate: Authenticate | null,
): Promise<void> {
  const end = () => void results.return?.();
  // The client may have disconnected during authentication: no "close" would come then.
  if (raw.destroyed) end();
  const ping = setInterval(() => raw.writableNeedDrain || raw.write(":\n\n"), PING_MS);
  const stopReauthenticating = authenticate ? reauthenticate(authenticate, end) : () => {};
  streams.add(end);
  counts.listeners.inc({ transport: "event-stream" });
  raw.once("close", end);
  try {
    for await (const result of results) {
      counts.events.inc({ transport: "event-stream" });
      // The next result waits until this one is sent: meanwhile a slow client's events wait in its bounded queue.
      if (!raw.write(print("next", result))) await drained(raw);
      if (raw.destroyed) return;
    }
  } finally {
    clearInterval(ping);
    stopReauthenticating();
    streams.delete(end);
    counts.listeners.dec({ transport: "event-stream" });
  }
}

/** Resolves when a response can take more data, or is closed. */
async function drained(raw: ServerResponse): Promise<void> {
  const either = new AbortController();
  const { signal } = either;
  await Promise.race([once(raw, "drain", { signal }), once(raw, "close", { signal })]).catch(() => {});
  either.abort();
}

function print(event: string, data?: unknown): string {
  return `event: ${event}\ndata: ${data === undefined ? "" : JSON.stringify(data)}\n\n`;
}
