/** Every limit on clients and the database's work, with its default. Each is a setting of the same name. */
const limits = {
  MAX_BODY_BYTES: [102_400, "Bytes of a request's body."],
  MAX_TOKENS: [1000, "Tokens of a document."],
  MAX_DEPTH: [12, "Depth of an operation, including its fragments."],
  MAX_INTROSPECTION_DEPTH: [15, "Depth of an operation below `__schema` and `__type`."],
  MAX_ALIASES: [30, "Aliases in a document."],
  MAX_DIRECTIVES: [30, "Directives in a document."],
  MAX_ROOT_FIELDS: [20, "Root fields of a query or subscription, including those in fragments."],
  MAX_MUTATION_FIELDS: [5, "Root fields of a mutation, including those in fragments."],
  MAX_DEFINITIONS: [20, "Operations and fragments in a document."],
  MAX_COST: [10_000, "Cost of an operation, in points."],
  MAX_ERRORS: [
    5,
    "Errors of a document, or of variables, that one response lists; if there are more, the last one says so.",
  ],
  OPERATION_TIMEOUT_MS: [
    10_000,
    "Time that an operation may take; no statement begins when less than DATABASE_QUERY_TIMEOUT_MS is left.",
  ],
  RATE_LIMIT_ANONYMOUS: [200_000, "Points a minute for each network address without an account; 0 for no limit."],
  RATE_LIMIT_USER: [600_000, "Points a minute for each user; 0 for no limit."],
  MAX_ACCESS_TOKENS: [50, "Valid access tokens of one user at a time."],
  MAX_WEBHOOKS: [20, "Webhooks of one user at a time; 0 for none."],
  MAX_POINTS_AT_ONCE: [
    1000,
    "Points of the operations that one caller (a user, or a network) may run at a time while there are other callers; further operations wait for these.",
  ],
  MAX_WAITING_OPERATIONS: [100, "Operations of one caller that may wait in this way; more are refused."],
  SUBSCRIBE_LIMIT_ADDRESS: [
    5,
    "Valid requests to subscribe to a digest in an hour from one network address; 0 for no limit.",
  ],
  SUBSCRIBE_LIMIT_MAILBOX: [3, "Confirmation mails in a day to one mailbox."],
  SUBSCRIBE_LIMIT_ALL: [
    1000,
    "Valid requests to subscribe to a digest in an hour from all addresses together, whatever their outcome.",
  ],
  CACHE_MAX_AGE_SECONDS: [5, "Time for which caches may store the response to an anonymous GET."],
  MAX_CONNECTIONS: [1000, "Connections to the API's port at a time, without those of listeners."],
  MAX_CONNECTIONS_PER_ADDRESS: [
    250,
    "Connections from one network address at a time, without those of listeners and of the proxies in TRUST_PROXY.",
  ],
  MAX_LISTENERS: [10_000, "WebSockets and event streams at a time."],
  MAX_LISTENERS_PER_ADDRESS: [200, "WebSockets and event streams from one network address at a time."],
  MAX_SUBSCRIPTIONS: [20, "Subscriptions of one WebSocket."],
  MAX_FILTERS: [1000, "Different filters of live subscriptions at a time."],
  MAX_FILTERS_PER_CALLER: [50, "Different filters of live subscriptions of one user or network address at a time."],
  MAX_MESSAGE_BYTES: [65_536, "Bytes of a WebSocket message to the server."],
  MAX_BUFFERED_BYTES: [1_048_576, "Bytes that may wait for a listener that does not read; with more, it is cut off."],
  CONNECTION_INIT_TIMEOUT_MS: [3000, "Time within which a WebSocket must send its connection_init."],
  HEADERS_TIMEOUT_MS: [10_000, "Time that a request's headers may take to arrive."],
  REQUEST_TIMEOUT_MS: [15_000, "Time that a whole request may take to arrive."],
  KEEP_ALIVE_TIMEOUT_MS: [5000, "Time that an idle connection is kept open."],
  SHUTDOWN_DELAY_MS: [
    0,
    "Time after SIGTERM for which requests are still served while /readyz says 503, so that a proxy can stop sending them; at most 4000.",
  ],
  DATABASE_CONNECT_TIMEOUT_MS: [2000, "Time that connecting to the database may take."],
  DATABASE_STATEMENT_TIMEOUT_MS: [3000, "Time after which the database ends a statement."],
  DATABASE_QUERY_TIMEOUT_MS: [4000, "Time after which a statement is given up when the database does not respond."],
  DATABASE_LOCK_TIMEOUT_MS: [1000, "Time that a statement may wait for a lock."],
  DATABASE_IDLE_TIMEOUT_MS: [5000, "Time that a transaction may be idle."],
  MAX_REPLICA_LAG_MS: [2000, "Time by which a replica may lag; one that lags more is not read."],
} as const satisfies Record<string, readonly [value: number, description: string]>;

export type Limits = Record<keyof typeof limits, number>;

export const limitNames = Object.keys(limits) as (keyof Limits)[];

export const defaultLimits = Object.fromEntries(limitNames.map((name) => [name, limits[name][0]])) as Limits;

export function describeLimit(name: keyof Limits): string {
  return limits[name][1];
}
