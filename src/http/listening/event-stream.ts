import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ExecutionResult } from "graphql";
import { badUserInput } from "../../errors";
import { headOf } from "../head";
import { ROUTE_POINTS } from "../route-prices";
import type { Listening } from "./listening";
import { recheck } from "./recheck";
import type { Outcome } from "./subscribing";

/** So that proxies, and our own time-out for readers that read nothing, see that the stream lives. */
const PING_MS = 12_000;

type Authenticate = () => Promise<unknown>;

/**
 * Subscriptions as server-sent events at /graphql/stream: the "distinct connections mode" of the GraphQL over SSE protocol
 * (graphql-sse, PROTOCOL.md), one stream for each. Written here because the library's handler keeps what a slow reader
 * has not read, without a bound.
 */
export function serveEventStream(server: FastifyInstance, listening: Listening): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const params = readRequest(request);
    const free = listening.places.take(request.ip ?? "");
    const authenticate = () => listening.createContext(request, request.id, request.headers.authorization);
    try {
      const listener = await authenticate();
      const outcome = await listening.subscribe(params, listener);
      throwIfBusy(outcome);
      await send(request, reply, outcome, listening, authenticate);
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
  const given = (method === "GET" ? query : body) as Record<string, unknown> | undefined;
  if (!headers.accept?.includes("text/event-stream")) {
    throw badUserInput("Accept", "Send accept: text/event-stream; queries and mutations go to /graphql.");
  }
  if (headers["x-graphql-event-stream-token"] !== undefined || (query as Record<string, unknown>).token !== undefined) {
    throw badUserInput(
      "token",
      "Each subscription is a stream of its own here; the single connection mode is not served.",
    );
  }
  if (method !== "GET" || typeof given?.variables !== "string") return given;
  return { ...given, variables: parseVariables(given.variables) };
}

function parseVariables(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badUserInput("variables", "variables must be a JSON object.");
  }
}

/** What a client may try again later has an HTTP status of its own; other errors are the stream's only event. */
function throwIfBusy(outcome: Outcome): void {
  const [first] = "errors" in outcome ? outcome.errors : [];
  if (first && headOf(first.extensions)?.headers.has("retry-after")) throw first;
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: Outcome,
  listening: Listening,
  authenticate: Authenticate,
) {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  raw.write(":\n\n");
  if ("errors" in outcome)
    raw.write(print("next", { errors: outcome.errors.map((error) => listening.mask(error, request.id)) }));
  else await forward(raw, outcome.answers, listening, request.headers.authorization ? authenticate : null);
  raw.end(print("complete"));
}

async function forward(
  raw: ServerResponse,
  answers: AsyncIterableIterator<ExecutionResult>,
  { counts, streams }: Listening,
  authenticate: Authenticate | null,
): Promise<void> {
  const end = () => void answers.return?.();
  // The client may have gone while it was authenticated: no close would come.
  if (raw.destroyed) end();
  const ping = setInterval(() => raw.writableNeedDrain || raw.write(":\n\n"), PING_MS);
  const stopRechecks = authenticate ? recheck(authenticate, end) : () => {};
  streams.add(end);
  counts.listeners.inc({ transport: "event-stream" });
  raw.once("close", end);
  try {
    for await (const answer of answers) {
      counts.events.inc({ transport: "event-stream" });
      // The next answer waits until this one has gone out: what a slow reader misses waits in its bounded queue.
      if (!raw.write(print("next", answer))) await drained(raw);
      if (raw.destroyed) return;
    }
  } finally {
    clearInterval(ping);
    stopRechecks();
    streams.delete(end);
    counts.listeners.dec({ transport: "event-stream" });
  }
}

/** Resolves when a response can take more, or never will. */
async function drained(raw: ServerResponse): Promise<void> {
  const either = new AbortController();
  const { signal } = either;
  await Promise.race([once(raw, "drain", { signal }), once(raw, "close", { signal })]).catch(() => {});
  either.abort();
}

function print(event: string, data?: unknown): string {
  return `event: ${event}\ndata: ${data === undefined ? "" : JSON.stringify(data)}\n\n`;
}
