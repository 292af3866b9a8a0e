import type { KeyValueCache } from "@apollo/utils.keyvaluecache";
import type { FastifyRequest, FastifyServerOptions } from "fastify";
import type { GraphQLSchema } from "graphql";
import type { Admission, AdmissionContext } from "../admission/admission";
import type { Limits } from "../config/limits";
import type { Optimizations } from "../config/optimizations";
import type { PartEncoding } from "../graphql/encoded-parts";
import type { Log } from "../log";
import type { DocumentRoute } from "./document";
import type { Explorer } from "./explorer";
import type { Mask } from "./mask-error";
import type { OperationMetrics } from "./operation-metrics";
import type { TrustedDocuments } from "./trusted-documents/trusted-documents";

export interface ServerOptions {
  schema: GraphQLSchema;
  admission: Admission;
  mask: Mask;
  limits: Limits;
  metrics: OperationMetrics;
  log: Log;
  /** Creates a request's context; a GraphQLError that it throws becomes the response. */
  createContext: (request: IncomingRequest) => Promise<HttpContext>;
  /** The name of a header with a credential that this API does not read: an anonymous request that has one is refused. */
  unreadHeader: (headers: FastifyRequest["headers"]) => string | null;
  /** Creates the listener's context for each event. It outlives the request by far, so it should retain little of it. */
  createEventContexts: (listener: HttpContext) => (event: object) => HttpContext;
  /** Documents that are written from queries. */
  documents: readonly DocumentRoute[];
  /** Whether the database can be read now. */
  isReady: () => Promise<boolean>;
  /** Whether the process is about to stop. */
  isEnding: () => boolean;
  /** Serves the Sandbox as landing page and GraphiQL at /graphiql; null disables both. */
  explorer: Explorer | null;
  introspection: boolean;
  /** The proxies whose X-Forwarded-For is trusted; see Fastify's trustProxy. */
  trustProxy: FastifyServerOptions["trustProxy"];
  /** The documents of the operator's clients. */
  trustedDocuments: TrustedDocuments;
  /** Stores persisted queries for all processes; null keeps them in this one. */
  persistedQueries: KeyValueCache<string> | null;
  optimizations: Optimizations;
  /** Serves /metrics to its bearers; null disables the route. */
  metricsToken: string | null;
}

export interface IncomingRequest {
  id: string;
  address: string;
  userAgent: string | null;
  authorization: string | undefined;
  /** The URL's or the connection's parameters: a credential among them would not be read. */
  parameters: unknown;
  headers: FastifyRequest["headers"];
  /** Calls back when the client has disconnected; returns what cancels that. */
  onGone?: (callback: () => void) => () => void;
}

/** What the HTTP layer needs of a request's context. */
export interface HttpContext extends AdmissionContext {
  requestId: string;
  /** Whether the caller may send documents that are not trusted where others may not. */
  mayDevelop: boolean;
  /** Makes the rest of the request read the primary, which has everything that is committed. */
  readPrimary: () => void;
  /** Marks a second execution of the operation, in which what failed in the database is not tried again. */
  repeat: () => void;
  /** The form of parts in the operation's result; null where it has none. */
  parts: PartEncoding | null;
}
