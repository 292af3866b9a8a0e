import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import websocket, { type WebSocket } from "@fastify/websocket";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ExecutionResult, GraphQLError } from "graphql";
import { type Context, handleProtocols } from "graphql-ws";
import { type Extra, makeHandler } from "graphql-ws/use/@fastify/websocket";
import { sizeCost } from "../../admission/document-cost";
import type { Limits } from "../../config/limits";
import { asGraphQLError, rateLimited } from "../../graphql/errors";
import { normalizeMessage } from "../graphql/parameters";
import type { PendingResponses } from "../pending-responses";
import { ROUTE_POINTS } from "../route-costs";
import { authorizationOf } from "./authorization";
import { reauthenticate } from "./reauthenticate";
import type { SubscriptionTransport } from "./transport";
import { createUpgrades } from "./websocket-upgrade";

/** Interval of pings: a socket that does not answer one before the next is cut off. */
const KEEP_ALIVE_MS = 12_000;
/** Close codes of RFC 6455, 7.4.1; 1013 is from its IANA registry, 4403 from the protocol graphql-transport-ws. */
const CLOSE = { goingAway: 1001, tryAgainLater: 1013, forbidden: 4403 };
/** RFC 6455, 5.5: 125 bytes of a close frame, of which 2 are the code. */
const MAX_REASON_BYTES = 123;

/** Time for a refused client to read why; it may go on sending until then. */
const LINGER_MS = 1000;

/** State of a socket. */
interface SocketState extends Record<PropertyKey, unknown> {
  authorization?: string | undefined;
  stopReauthenticating?: () => void;
  /** Its subscriptions, including those that are being started. */
  held?: Set<Held>;
}
interface Held {
  end: () => void;
}
type Socket = Context<Record<string, unknown>, Extra & Partial<SocketState>>;

/** Lets routes that are registered afterwards accept WebSockets. */
export async function takeWebSockets(
  server: FastifyInstance,
  pendingResponses: PendingResponses,
  limits: Limits,
): Promise<void> {
  server.addHook("preClose", async () => {
    for (const client of server.websocketServer.clients) client.close(CLOSE.goingAway, "Going away");
  });
  await server.register(websocket, {
    options: {
      maxPayload: limits.MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      // One message of a socket in each cycle of the event loop: thousands can arrive at once.
      allowSynchronousEvents: false,
      // graphql-ws' handler would set it only with its first socket.
      handleProtocols,
      server: createUpgrades(server.server, pendingResponses) as Server,
    },
    // Clients that read have received the close frame and left; all others are cut off.
    preClose(done) {
      for (const client of this.websocketServer.clients) client.terminate();
      this.websocketServer.close(done);
    },
  });
}

/** Takes a WebSocket's slot and points before its handshake, so that a refusal is an HTTP response. */
export function takeSlot({ slots, consume }: SubscriptionTransport) {
  const take = async (request: FastifyRequest): Promise<void> => {
    const { ip: address = "" } = request;
    await consume({ address }, ROUTE_POINTS.memory);
    // The client may have disconnected meanwhile.
    if (!request.raw.socket.destroyed) request.raw.socket.once("close", slots.take(address));
  };
  return (request: FastifyRequest, _: FastifyReply, done: (error?: Error) => void): void => {
    if (request.ws) take(request).then(() => done(), done);
    else done();
  };
}

/** Handler of a route's WebSockets: subscriptions over the protocol graphql-transport-ws. */
export function createSocketHandler(transport: SubscriptionTransport) {
  const { limits, subscribe, mask, counts, log } = transport;
  const cutOffIfStalled = ({ extra: { socket } }: Socket) => {
    if (socket.bufferedAmount <= limits.MAX_BUFFERED_BYTES || socket.readyState !== socket.OPEN) return;
    log.info({ bytes: socket.bufferedAmount }, "a socket that reads nothing was cut off");
    socket.terminate();
  };
  const handle = makeHandler<Record<string, unknown>, SocketState>(
    {
      isProd: true,
      connectionInitWaitTimeout: limits.CONNECTION_INIT_TIMEOUT_MS,
      onConnect: (socket) => connect(socket, transport),
      async onSubscribe({ extra }, _id, payload) {
        const { request, authorization } = extra;
        extra.held ??= new Set();
        // Counted here: graphql-ws loses a subscription that is completed, or whose id is reused, while it is being started.
        if (extra.held.size >= limits.MAX_SUBSCRIPTIONS) return [tooMany(limits.MAX_SUBSCRIPTIONS)];
        const slot: Held = { end: () => {} };
        extra.held.add(slot);
        try {
          const listener = await transport.createContext(request, randomUUID(), authorization);
          const outcome = await subscribe(payload, listener);
          if ("results" in outcome) return { ...outcome.operation, results: hold(outcome.results, slot, extra.held) };
          extra.held.delete(slot);
          return outcome.errors;
        } catch (error) {
          extra.held.delete(slot);
          return [asGraphQLError(error)];
        }
      },
      subscribe: (args) => (args as unknown as { results: AsyncIterable<never> }).results,
      onPing: cutOffIfStalled,
      onNext(socket, _id, _payload, _args, result) {
        counts.events.inc({ transport: "websocket" });
        cutOffIfStalled(socket);
        // Unchanged: graphql-ws would convert the errors to plain objects, which masked errors already are.
        return result;
      },
      onError(socket, _id, _payload, errors) {
        cutOffIfStalled(socket);
        return errors.map((error) => mask(asGraphQLError(error), randomUUID()));
      },
      onDisconnect({ extra }) {
        for (const { end } of extra.held ?? []) end();
        extra.stopReauthenticating?.();
        counts.listeners.dec({ transport: "websocket" });
      },
    },
    KEEP_ALIVE_MS,
  );
  return function (this: FastifyInstance, socket: WebSocket, request: FastifyRequest) {
    const { ip, headers, query } = request;
    const { "user-agent": userAgent, authorization } = headers;
    const unread = transport.unreadHeader(headers);
    const kept = { "user-agent": userAgent, authorization, ...(unread && { [unread]: headers[unread] }) };
    Object.assign(request.raw.socket, { _httpMessage: null });
    ignoreSendErrors(socket);
    consumeMessagePoints(socket, ip ?? "", transport);
    normalizeMessages(socket);
    handle.call(this, socket, { ip, headers: kept, query } as FastifyRequest);
    // Thousands are open for hours: the plugin's listener would keep the whole handshake in memory. The library's would
    // report a client's mistake as a server error.
    socket.removeAllListeners("error").on("error", () => socket.terminate());
  };
}

/** Lets every message, pings too, consume points of its address. Without points the socket is closed, then cut off. */
function consumeMessagePoints(socket: WebSocket, address: string, transport: SubscriptionTransport): void {
  const consume = (bytes: number) => {
    if (socket.readyState !== socket.OPEN) return;
    transport.consume({ address }, ROUTE_POINTS.memory + sizeCost(bytes)).catch((error) => {
      refuse({ socket }, transport, error);
      setTimeout(() => socket.terminate(), LINGER_MS).unref();
    });
  };
  socket.on("message", (data) => consume(Buffer.isBuffer(data) ? data.length : 0));
  socket.on("ping", () => consume(0));
}

/** Normalizes the messages of listeners that are added from here on; a JSON reviver takes several times as long. */
function normalizeMessages(socket: WebSocket): void {
  const on = socket.on.bind(socket);
  const normalize = (hear: (data: unknown) => void) => (data: unknown) => hear(normalizeMessage(String(data)));
  Object.assign(socket, {
    on: (name: string, hear: () => void) => on(name, name === "message" ? normalize(hear) : hear),
  });
}

/** Ignores errors of messages that were unsent when their socket closed; the library would print one for each. */
function ignoreSendErrors(socket: WebSocket): void {
  const send = socket.send.bind(socket);
  Object.assign(socket, { send: (data: string, done?: () => void) => send(data, () => done?.()) });
}

/** Results that free their slot among the socket's subscriptions when they end. */
function hold(
  results: AsyncIterableIterator<ExecutionResult>,
  slot: Held,
  held: Set<Held>,
): AsyncIterableIterator<ExecutionResult> {
  const leave = async () => {
    held.delete(slot);
    await results.return?.();
    return { value: undefined, done: true } as const;
  };
  slot.end = () => void leave();
  return {
    next: () => results.next(),
    return: leave,
    throw: leave,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Authenticates a socket; a refused one is closed with the reason. */
async function connect({ extra, connectionParams = {} }: Socket, transport: SubscriptionTransport): Promise<boolean> {
  const { socket, request } = extra;
  let authorization: string | undefined;
  const authenticate = (parameters?: object) =>
    transport.createContext(request, randomUUID(), authorization, parameters);
  try {
    authorization = authorizationOf(connectionParams) ?? request.headers.authorization;
    await authenticate({ ...connectionParams, url: request.query });
  } catch (error) {
    refuse(extra, transport, error);
    return false;
  }
  // The client may have disconnected during authentication.
  if (socket.readyState !== socket.OPEN) return false;
  extra.authorization = authorization;
  if (authorization)
    extra.stopReauthenticating = reauthenticate(
      () => authenticate(),
      (error) => refuse(extra, transport, error),
    );
  transport.counts.listeners.inc({ transport: "websocket" });
  return true;
}

function refuse({ socket }: Pick<Extra, "socket">, { mask }: SubscriptionTransport, thrown: unknown): void {
  const { message, extensions } = mask(asGraphQLError(thrown), randomUUID());
  const isLater = extensions?.code === "SERVICE_UNAVAILABLE" || extensions?.code === "RATE_LIMITED";
  const reason = Buffer.from(message)
    .subarray(0, MAX_REASON_BYTES)
    .toString()
    .replace(/\uFFFD$/, "");
  socket.close(isLater ? CLOSE.tryAgainLater : CLOSE.forbidden, reason);
}

function tooMany(limit: number): GraphQLError {
  return rateLimited(`A socket may hold at most ${limit} subscriptions; end one first.`, 1, { limit });
}
