import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { Redis } from "ioredis";
import { createAdmission, type OperationTurn } from "./admission/admission";
import { callerKey, createRateLimiter } from "./admission/rate-limiter";
import { serveAgents } from "./agents/agents.routes";
import { defaultLimits, type Limits } from "./config/limits";
import { defaultOptimizations, type Optimizations } from "./config/optimizations";
import { settings } from "./config/settings";
import type { SourceName } from "./config/source-settings";
import { createPaperReaders } from "./content/paper-content";
import { Context, createEventContexts, type Services } from "./context";
import type { LiveDb, WritableDb } from "./db/database";
import { onPrimary, openRequestDb, withDeadline } from "./db/request-db";
import { shareReads } from "./db/shared-reads";
import { sql } from "./db/sql";
import { serveDigestEvents } from "./digests/bounces/event.routes";
import type { DigestSettings } from "./digests/digest.settings";
import { serveOutbox } from "./digests/outbox/outbox.routes";
import { createDigestActions } from "./digests/pages/actions";
import { serveDigestPages } from "./digests/pages/serve";
import { createSignupLimit, type SignupLimit } from "./digests/subscriptions/signup-limit";
import { paperRoutes } from "./documents/paper.routes";
import { exampleQueries } from "./graphql/example-queries";
import type { DocumentRoute } from "./http/document";
import { createDocumentReader } from "./http/graphql/document-reader";
import { createPersistedQueries } from "./http/graphql/persisted-queries";
import { createMask } from "./http/mask-error";
import { createOperationMetrics, type OperationMetrics } from "./http/operation-metrics";
import { createServer } from "./http/server";
import type { IncomingRequest, ServerOptions } from "./http/server-options";
import type { TrustedText } from "./http/trusted-documents/read-files";
import { createTrustedDocuments } from "./http/trusted-documents/trusted-documents";
import { startLive } from "./live/live";
import type { Log } from "./log";
import type { Endpoint } from "./meaning/endpoint/endpoint";
import { QueryEmbedder } from "./meaning/endpoint/query-embedder";
import { VectorIndexes } from "./meaning/vector-indexes";
import { getSchema } from "./schema";
import { createVoteQueue } from "./upvotes/vote-queue";
import { findViewer, readCredential } from "./users/authenticate";
import type { createOidcVerifier, OidcOptions } from "./users/oidc";
import { createTokenUses } from "./users/token-uses";
import { unreadHeader } from "./users/unread-header";
import type { WebFeedSettings } from "./web-feeds/compose";
import { webFeedRoutes } from "./web-feeds/web-feed.routes";
import { createRequestLimit } from "./webhooks/deliveries/request-limit";
import { PUBLIC_ONLY, type ReceiverRules } from "./webhooks/receivers/receiver-url";

/** Most characters of a user agent that are stored as the record of a consent. */
const MAX_USER_AGENT = 300;

export interface AppOptions {
  log: Log;
  limits?: Limits;
  optimizations?: Optimizations;
  explorer?: boolean;
  introspection?: boolean;
  /** The issuer whose JSON Web Tokens are accepted beside our own access tokens. */
  oidc?: OidcOptions | null;
  /** Shares rate limits and persisted queries among several processes. */
  redis?: Redis | null;
  trustProxy?: FastifyServerOptions["trustProxy"];
  metrics?: OperationMetrics;
  /** The documents of the operator's clients. */
  trustedDocuments?: readonly TrustedText[];
  /** Whether only these are executed, but for tokens with the scope DEVELOP. */
  trustedOnly?: boolean;
  /** Serves agents where `digests` tells the site's URL. */
  agents?: boolean;
  /** Serves /metrics on the API's own port to its bearers. */
  metricsToken?: string;
  /** Whether the process is about to stop: it still serves requests, but /readyz says 503. */
  isEnding?: () => boolean;
  /** The sources that fill the site. */
  sources?: readonly SourceName[];
  /** Which receivers webhooks may have; public ones over https when not set. */
  webhookRules?: ReceiverRules;
  /** Settings of mails and their links; without them the pages for readers are not served. */
  digests?: DigestSettings;
  /** The vectors that the process compares, if it has them already. */
  vectorIndexes?: VectorIndexes;
  /** Where questions are embedded, if not by the shipped model. */
  embeddings?: Endpoint | null;
  /** Settings of web feeds, which are served where `digests` tells the site's name and URL. */
  webFeeds?: WebFeedSettings;
}

/** Wires the whole API over a database. The caller listens and closes. */
export async function createApp(database: LiveDb, options: AppOptions): Promise<FastifyInstance> {
  const { limits = defaultLimits, explorer = true, introspection = true, oidc, redis = null, log } = options;
  const { siteName = settings.SITE_NAME.default } = options.digests ?? {};
  const verifyIdentity = oidc ? loadOidc().createOidcVerifier(oidc, log) : null;
  const secret = options.digests?.secret ?? randomBytes(32).toString("hex");
  const signupLimit = createSignupLimit(limits, secret, redis);
  const optimizations = options.optimizations ?? defaultOptimizations;
  const db = optimizations.sharedReads ? shareReads(database) : database;
  const noteUse = createTokenUses(db);
  const schema = getSchema();
  const admission = createAdmission({ schema, limits, rateLimiter: createRateLimiter(limits, redis) });
  const { trustedDocuments: texts = [], trustedOnly = false } = options;
  const readDocument = createDocumentReader({ schema, admission, introspection });
  const trustedDocuments = createTrustedDocuments(texts, trustedOnly, readDocument);
  const { OPERATION_TIMEOUT_MS: time, DATABASE_QUERY_TIMEOUT_MS: statementTime } = limits;
  const primary = onPrimary(db, "events");
  const openEventDb = (key: string) => {
    const requestDb = openRequestDb(db, { key, until: performance.now() + time - statementTime });
    requestDb.readPrimary();
    return withDeadline(requestDb, time, statementTime);
  };
  const paperReaders = createPaperReaders(optimizations.contentCacheMb, primary);
  const votes = createVoteQueue(db, paperReaders(db.primary), optimizations.groupedVotes);
  const live = startLive(db, { limits, log, onNewHistory: () => paperReaders.forget() });
  const { sequencer, history, hub } = live;
  const { MAX_ACCESS_TOKENS: maxAccessTokens } = limits;
  const { sources = [], webhookRules: rules = PUBLIC_ONLY } = options;
  const { MAX_WEBHOOKS: most } = limits;
  const vectorIndexes = options.vectorIndexes ?? new VectorIndexes(db.primary);
  const services: Services = {
    digests: signupLimit,
    votes,
    sequencer,
    history,
    hub,
    paperReaders,
    maxAccessTokens,
    sources,
    webhooks: { key: secret, rules, most, requests: createRequestLimit(redis) },
    vectorIndexes,
    queryEmbedder: new QueryEmbedder(options.embeddings ?? null, log),
  };
  const mask = createMask(log, introspection);
  const serverOptions: ServerOptions = {
    schema,
    admission,
    mask,
    limits,
    metrics: options.metrics ?? createOperationMetrics(),
    log,
    createContext: async ({ id, address, userAgent, authorization, parameters, headers, onGone }: IncomingRequest) => {
      try {
        const credential = await readCredential(authorization, { parameters, headers }, verifyIdentity);
        // The operation's time begins here, after waiting for the keys of an issuer.
        const turn: OperationTurn = {
          key: callerKey({ address }),
          until: performance.now() + time - statementTime,
          onGone,
        };
        const requestDb = openRequestDb(db, turn);
        // Users see their own writes at once, of any process; and a revoked token is refused at once.
        if (credential) requestDb.readPrimary();
        const ownDb = withDeadline(requestDb, time, statementTime);
        const viewer = credential && (await findViewer(ownDb, credential, noteUse));
        if (viewer) turn.key = callerKey({ user: viewer.user.rowId });
        const origin = { id, address, userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null };
        const repeat = () => {
          ownDb.repeat();
          turn.namesCited = 0;
        };
        return new Context(services, ownDb, viewer, turn, origin, requestDb.readPrimary, repeat);
      } catch (error) {
        await admission.consume({ address });
        throw error;
      }
    },
    unreadHeader,
    createEventContexts: (listener) => createEventContexts(listener as Context, { db: primary, openDb: openEventDb }),
    documents: [...paperRoutes, ...(options.digests ? feedRoutes(options.digests, options.webFeeds) : [])],
    isReady: async () => (await db.query(sql`select 1`)).length === 1,
    isEnding: options.isEnding ?? (() => false),
    explorer: explorer ? { name: `${siteName} API`, examples: exampleQueries } : null,
    introspection,
    trustedDocuments,
    trustProxy: options.trustProxy ?? false,
    persistedQueries: redis && createPersistedQueries(redis),
    optimizations,
    metricsToken: options.metricsToken ?? null,
  };
  const { digests: site, agents = true } = options;
  const issuer = oidc?.issuer ?? null;
  const server = await createServer(
    serverOptions,
    site && agents
      ? [serveAgents({ ...serverOptions, siteName, publicUrl: () => site.publicUrl, issuer, trustedOnly })]
      : [],
  );
  server.addHook("onClose", async () => {
    await Promise.all([live.close(), vectorIndexes.close()]);
  });
  if (options.digests) serveDigests(server, onPrimary(db, "pages"), signupLimit, options.digests, log);
  return server;
}

/** Loaded late: verifying JSON Web Tokens is slow to load, and most processes accept none. */
function loadOidc() {
  return require("./users/oidc") as { createOidcVerifier: typeof createOidcVerifier };
}

function feedRoutes(site: DigestSettings, feeds: WebFeedSettings = { hub: null, tag: null }): DocumentRoute[] {
  return webFeedRoutes(() => ({ ...feeds, siteName: site.siteName, publicUrl: site.publicUrl }));
}

function serveDigests(
  server: FastifyInstance,
  db: WritableDb,
  signupLimit: SignupLimit,
  settings: DigestSettings,
  log: Log,
): void {
  const { siteName, secret, eventsSecret, outbox: folder, outboxSecret } = settings;
  const site = { siteName, log };
  serveDigestPages(server, createDigestActions(db, signupLimit, settings), site);
  if (eventsSecret) serveDigestEvents(server, db, { secret, eventsSecret, log });
  if (outboxSecret) serveOutbox(server, { folder, secret: outboxSecret }, site);
}
