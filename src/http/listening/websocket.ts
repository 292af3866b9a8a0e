import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import websocket, { type WebSocket } from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ExecutionResult, GraphQLError } from "graphql";
import { type Context, handleProtocols } from "graphql-ws";
import { type Extra, makeHandler } from "graphql-ws/use/@fastify/websocket";
import { asGraphQLError, badCredentials, rateLimited } from "../../errors";
import { sizeCost } from "../../gate/document-cost";
import type { Limits } from "../../limits";
import type { Answers } from "../answers";
import { ROUTE_POINTS } from "../route-prices";
import type { Listening } from "./listening";
import { recheck } from "./recheck";
import { createUpgrades } from "./upgrades";

/** A socket that does not answer a ping within this time is cut off. */
const KEEP_ALIVE_MS = 12_000;
/** RFC 6455, 7.4.1, and 1013 of IANA's registry for it; 4403 is of the protocol graphql-transport-ws. */
const CLOSE = { goingAway: 1001, tryAgainLater: 1013, forbidden: 4403 };
/** RFC 6455, 5.5. */
const MAX_REASON_BYTES = 123;

/** So long a client that is refused may take to hear why; it may go on sending until then. */
const LINGER_MS = 1000;

/** What is remembered of a socket. */
interface Mine extends Record<PropertyKey, unknown> {
  authorization?: string | undefined;
  stopRechecks?: () => void;
  /** The subscriptions that it holds, or that are being started. */
  held?: Set<Held>;
}
interface Held {
  end: () => void;
}
type Socket = Context<Record<string, unknown>, Extra & Partial<Mine>>;

/** Lets the routes that are made afterwards take WebSockets. */
export async function takeWebSockets(server: FastifyInstance, answers: Answers, limits: Limits): Promise<void> {
  server.addHook("preClose", async () => {
    for (const client of server.websocketServer.clients) client.close(CLOSE.goingAway, "Going away");
  });
  await server.register(websocket, {
    options: {
      maxPayload: limits.MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      // One message of a socket in each turn of the event loop: thousands may arrive at once.
      allowSynchronousEvents: false,
      // The library's handler would set it only when it gets its first socket.
      handleProtocols,
      server: createUpgrades(server.server, answers) as Server,
    },
    // Whoever reads has been told and is gone by now; whoever does not is cut off.
    preClose(done) {
      for (const client of this.websocketServer.clients) client.terminate();
      this.websocketServer.close(done);
    },
  });
}

/** Refuses a WebSocket before its handshake, so in HTTP, when no points are left for it, or no place. */
export function takePlace({ places, charge }: Listening) {
  return async (request: FastifyRequest): Promise<void> => {
    if (!request.ws) return;
    const { ip: address = "" } = request;
    await charge({ address }, ROUTE_POINTS.memory);
    // It may have gone meanwhile.
    if (!request.raw.socket.destroyed) request.raw.socket.once("close", places.take(address));
  };
}

/** Subscriptions over the protocol graphql-transport-ws: the handler of a route's WebSockets. */
export function createSocketHandler(listening: Listening) {
  const { limits, subscribe, mask, counts, log } = listening;
  const cutOffIfStalled = ({ extra: { socket } }: Socket) => {
    if (socket.bufferedAmount <= limits.MAX_BUFFERED_BYTES || socket.readyState !== socket.OPEN) return;
    log.info({ bytes: socket.bufferedAmount }, "a socket that reads nothing was cut off");
    socket.terminate();
  };
  const handle = makeHandler<Record<string, unknown>, Mine>(
    {
      isProd: true,
      connectionInitWaitTimeout: limits.CONNECTION_INIT_TIMEOUT_MS,
      onConnect: (socket) => connect(socket, listening),
      async onSubscribe({ extra }, _id, payload) {
        const { request, authorization } = extra;
        extra.held ??= new Set();
        // Counted here: the library forgets one that is completed while it begins, or whose id is used again then.
        if (extra.held.size >= limits.MAX_SUBSCRIPTIONS) return [tooMany(limits.MAX_SUBSCRIPTIONS)];
        const place: Held = { end: () => {} };
        extra.held.add(place);
        try {
          const listener = await listening.createContext(request, randomUUID(), authorization);
          const outcome = await subscribe(payload, listener);
          if ("answers" in outcome) return { ...outcome.operation, answers: hold(outcome.answers, place, extra.held) };
          extra.held.delete(place);
          return outcome.errors;
        } catch (error) {
          extra.held.delete(place);
          return [asGraphQLError(error)];
        }
      },
      subscribe: (args) => (args as unknown as { answers: AsyncIterable<never> }).answers,
      onPing: cutOffIfStalled,
      onNext(socket, _id, _payload, _args, answer) {
        counts.events.inc({ transport: "websocket" });
        cutOffIfStalled(socket);
        // As it is: the library would make masked errors plain, which they are already.
        return answer;
      },
      onError(socket, _id, _payload, errors) {
        cutOffIfStalled(socket);
        return errors.map((error) => mask(asGraphQLError(error), randomUUID()));
      },
      onDisconnect({ extra }) {
        for (const { end } of extra.held ?? []) end();
        extra.stopRechecks?.();
        counts.listeners.dec({ transport: "websocket" });
      },
    },
    KEEP_ALIVE_MS,
  );
  return function (this: FastifyInstance, socket: WebSocket, request: FastifyRequest) {
    const { ip, headers } = request;
    const { "user-agent": userAgent, authorization } = headers;
    Object.assign(request.raw.socket, { _httpMessage: null });
    loseQuietly(socket);
    chargeMessages(socket, ip ?? "", listening);
    handle.call(this, socket, { ip, headers: { "user-agent": userAgent, authorization } } as FastifyRequest);
    // Thousands are open for hours: the plugin's listener would keep all of the handshake in memory. The library's would
    // report what a client did wrong as an error of ours.
    socket.removeAllListeners("error").on("error", () => socket.terminate());
  };
}

/** Charges all that a client sends, pings too, to its address. Without points the socket is closed, and soon cut off. */
function chargeMessages(socket: WebSocket, address: string, listening: Listening): void {
  const charge = (bytes: number) => {
    if (socket.readyState !== socket.OPEN) return;
    listening.charge({ address }, ROUTE_POINTS.memory + sizeCost(bytes)).catch((error) => {
      refuse({ socket }, listening, error);
      setTimeout(() => socket.terminate(), LINGER_MS).unref();
    });
  };
  socket.on("message", (data) => charge(Buffer.isBuffer(data) ? data.length : 0));
  socket.on("ping", () => charge(0));
}

/** What was not sent when a socket ends is lost with it; the library would print that for each message that waited. */
function loseQuietly(socket: WebSocket): void {
  const send = socket.send.bind(socket);
  Object.assign(socket, { send: (data: string, done?: () => void) => send(data, () => done?.()) });
}

/** Answers that take a place among those a socket holds, and give it back when they end. */
function hold(
  answers: AsyncIterableIterator<ExecutionResult>,
  place: Held,
  held: Set<Held>,
): AsyncIterableIterator<ExecutionResult> {
  const leave = async () => {
    held.delete(place);
    await answers.return?.();
    return { value: undefined, done: true } as const;
  };
  place.end = () => void leave();
  return {
    next: () => answers.next(),
    return: leave,
    throw: leave,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Authenticates a socket; one that is refused is closed, with the reason. */
async function connect({ extra, connectionParams = {} }: Socket, listening: Listening): Promise<boolean> {
  const { socket, request } = extra;
  const authorization =
    connectionParams.authorization ?? connectionParams.Authorization ?? request.headers.authorization;
  const authenticate = () => listening.createContext(request, randomUUID(), authorization as string | undefined);
  try {
    if (authorization !== undefined && typeof authorization !== "string")
      throw badCredentials("authorization must be a text: Bearer, a space, and an access token.");
    await authenticate();
  } catch (error) {
    refuse(extra, listening, error);
    return false;
  }
  // It may have gone while it was authenticated.
  if (socket.readyState !== socket.OPEN) return false;
  extra.authorization = authorization;
  if (authorization) extra.stopRechecks = recheck(authenticate, (error) => refuse(extra, listening, error));
  listening.counts.listeners.inc({ transport: "websocket" });
  return true;
}

function refuse({ socket }: Pick<Extra, "socket">, { mask }: Listening, thrown: unknown): void {
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
