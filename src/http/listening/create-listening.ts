import type { FastifyInstance } from "fastify";
import type { ServerOptions } from "../server";
import type { Listening } from "./listening";
import { createPlaces } from "./places";
import { createSubscribing } from "./subscribing";

/** What the server's transports of subscriptions share. */
export function createListening(server: FastifyInstance, options: ServerOptions): Listening {
  const { limits, gate, measures, log } = options;
  return {
    limits,
    log,
    counts: measures.listening,
    // Listeners stay long: the connections that requests need are counted apart from theirs.
    places: createPlaces(limits, (taken) => {
      server.server.maxConnections = limits.MAX_CONNECTIONS + taken;
    }),
    subscribe: createSubscribing(options),
    charge: gate.charge,
    mask: gate.mask,
    createContext: ({ ip: address = "", headers }, id, authorization) =>
      options.createContext({ id, address, userAgent: headers["user-agent"] ?? null, authorization }),
    streams: new Set(),
  };
}
