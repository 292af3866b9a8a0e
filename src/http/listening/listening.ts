import type { FastifyRequest } from "fastify";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import type { Gate } from "../../gate/gate";
import type { Limits } from "../../limits";
import type { Log } from "../../log";
import type { HttpContext } from "../gate.plugin";
import type { ListenerCounts } from "../measures";
import type { Places } from "./places";
import type { Subscribing } from "./subscribing";

/** What both transports of subscriptions share. */
export interface Listening {
  limits: Limits;
  log: Pick<Log, "info">;
  counts: ListenerCounts;
  places: Places;
  subscribe: Subscribing;
  charge: Gate["charge"];
  mask: (error: GraphQLError, requestId: string) => GraphQLFormattedError;
  /** Authenticates who listens; `authorization` as in the header of that name. */
  createContext: (request: FastifyRequest, id: string, authorization: string | undefined) => Promise<HttpContext>;
  /** What ends the streams that are open. */
  streams: Set<() => void>;
}
