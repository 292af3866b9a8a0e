import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Admission } from "../../admission/admission";
import type { Limits } from "../../config/limits";
import type { Log } from "../../log";
import type { Mask } from "../mask-error";
import type { ListenerCounts } from "../operation-metrics";
import type { HttpContext, ServerOptions } from "../server-options";
import { type ConnectionSlots, createConnectionSlots } from "./connection-slots";
import { createSubscribe, type Subscribe } from "./subscribe";

/** What the two transports of subscriptions share. */
export interface SubscriptionTransport {
  limits: Limits;
  log: Pick<Log, "info">;
  counts: ListenerCounts;
  slots: ConnectionSlots;
  subscribe: Subscribe;
  consume: Admission["consume"];
  mask: Mask;
  /**
   * Authenticates a listener; `authorization` is in the format of that header. Without it, a credential among the headers or
   * the `parameters` (by default those of the URL) is refused.
   */
  createContext: (
    request: FastifyRequest,
    id: string,
    authorization: string | undefined,
    parameters?: unknown,
  ) => Promise<HttpContext>;
  unreadHeader: ServerOptions["unreadHeader"];
  /** Functions that end the open streams. */
  streams: Set<() => void>;
}

/** Creates what the server's transports of subscriptions share. */
export function createSubscriptionTransport(server: FastifyInstance, options: ServerOptions): SubscriptionTransport {
  const { limits, admission, mask, metrics, log } = options;
  return {
    limits,
    log,
    counts: metrics.subscriptions,
    // Listeners stay connected for long: their connections do not count against those for requests.
    slots: createConnectionSlots(limits, (taken) => {
      server.server.maxConnections = limits.MAX_CONNECTIONS + taken;
    }),
    subscribe: createSubscribe(options),
    consume: admission.consume,
    mask,
    createContext: ({ ip: address = "", headers, query }, id, authorization, parameters = query) =>
      options.createContext({
        id,
        address,
        userAgent: headers["user-agent"] ?? null,
        authorization,
        parameters,
        headers,
      }),
    unreadHeader: options.unreadHeader,
    streams: new Set(),
  };
}
