import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { GraphQLError } from "graphql";
import type { Redis } from "ioredis";
import { createPaperReaders } from "./content/paper-content";
import { Context, createEventContexts, type Services } from "./context";
import type { LiveDb, WritableDb } from "./db/database";
import { withDeadline } from "./db/deadline";
import { onPrimary, openSession } from "./db/session";
import { shareReads } from "./db/shared-reads";
import { sql } from "./db/sql";
import type { DigestSettings } from "./digests/digest.settings";
import { createDigestDoor, type DigestDoor } from "./digests/digest-door";
import { serveDigestEvents } from "./digests/events/event.routes";
import { serveOutbox } from "./digests/outbox/outbox.routes";
import { createDigestActions } from "./digests/page-actions";
import { serveDigestPages } from "./digests/pages/serve";
import { exampleQueries } from "./examples";
import { createGate } from "./gate/gate";
import { createRateLimiter, keyOf } from "./gate/rate-limiter";
import { createMeasures, type Measures } from "./http/measures";
import { createPersistedQueries } from "./http/persisted-queries";
import { createServer, type IncomingRequest } from "./http/server";
import { defaultLevers, type Levers } from "./levers";
import { defaultLimits, type Limits } from "./limits";
import { startLive } from "./live/live";
import type { Log } from "./log";
import { createSchema } from "./schema";
import type { Caller } from "./turns";
import { createVoteQueue } from "./upvotes/vote-queue";
import { findViewer, readCredential } from "./users/authenticate";
import type { createOidcVerifier, OidcOptions } from "./users/oidc";
import { createTokenUses } from "./users/token-uses";

/** Characters of a user agent that are kept as the record of a consent. */
const MAX_USER_AGENT = 300;

export interface AppOptions {
  log: Log;
  limits?: Limits;
  levers?: Levers;
  explorer?: boolean;
  introspection?: boolean;
  /** Whose JSON Web Tokens are taken beside our own access tokens. */
  oidc?: OidcOptions | null;
  /** Where several processes count together what each caller spends. */
  redis?: Redis | null;
  trustProxy?: FastifyServerOptions["trustProxy"];
  measures?: Measures;
  /** Opens /metrics on the API's own port to its bearers. */
  metricsToken?: string;
  /** Whether the process is about to end: it still serves, but asks for no more requests. */
  isEnding?: () => boolean;
  /** What mails and their links need; the pages for readers are served with it only. */
  digests?: DigestSettings;
}

/** Wires the whole API over a database. The caller listens and closes. */
export async function createApp(database: LiveDb, options: AppOptions): Promise<FastifyInstance> {
  const { limits = defaultLimits, explorer = true, introspection = true, oidc, redis = null, log } = options;
  const verifyIdentity = oidc ? loadOidc().createOidcVerifier(oidc, log) : null;
  const door = createDigestDoor(limits, options.digests?.secret ?? randomBytes(32).toString("hex"), redis);
  const levers = options.levers ?? defaultLevers;
  const db = levers.sharedReads ? shareReads(database) : database;
  const votes = createVoteQueue(db, levers.groupedVotes);
  const noteUse = createTokenUses(db);
  const schema = createSchema();
  const { OPERATION_TIMEOUT_MS: time, DATABASE_QUERY_TIMEOUT_MS: statementTime } = limits;
  const primary = onPrimary(db, "events");
  const openEventDb = (key: string) => {
    const session = openSession(db, { key, until: performance.now() + time - statementTime });
    session.readPrimary();
    return withDeadline(session, time, statementTime);
  };
  const paperReaders = createPaperReaders(levers.contentCacheMb, primary);
  const live = startLive(db, { limits, log, onNewHistory: () => paperReaders.forget() });
  const { numbering, history, hub } = live;
  const { MAX_ACCESS_TOKENS: maxAccessTokens } = limits;
  const services: Services = { digests: door, votes, numbering, history, hub, paperReaders, maxAccessTokens };
  const gate = createGate({ schema, limits, rateLimiter: createRateLimiter(limits, redis), introspection, log });
  const server = await createServer({
    schema,
    gate,
    limits,
    measures: options.measures ?? createMeasures(),
    log,
    createContext: async ({ id, address, userAgent, authorization, onGone }: IncomingRequest) => {
      const chargeAndThrow = async (error: GraphQLError): Promise<never> => {
        await gate.charge({ address });
        throw error;
      };
      const credential = await readCredential(authorization, verifyIdentity).catch(chargeAndThrow);
      // The operation's time begins here: an issuer that is slow to give its keys takes none of it.
      const caller: Caller = { key: keyOf({ address }), until: performance.now() + time - statementTime, onGone };
      const session = openSession(db, caller);
      // Whoever has an account sees own writes at once, whichever process took them; and a revoked token is refused at once.
      if (credential) session.readPrimary();
      const ownDb = withDeadline(session, time, statementTime);
      const viewer = await findViewer(ownDb, credential, noteUse).catch(chargeAndThrow);
      if (viewer) caller.key = keyOf({ user: viewer.user.rowId });
      const origin = { id, address, userAgent: userAgent?.slice(0, MAX_USER_AGENT) ?? null };
      return new Context(services, ownDb, viewer, caller, origin, session.readPrimary, () => ownDb.repeat());
    },
    createEventContexts: (listener) => createEventContexts(listener as Context, { db: primary, openDb: openEventDb }),
    isReady: async () => (await db.read(sql`select 1`)).length === 1,
    isEnding: options.isEnding ?? (() => false),
    explorer: explorer ? { examples: exampleQueries } : null,
    introspection,
    trustProxy: options.trustProxy ?? false,
    persistedQueries: redis && createPersistedQueries(redis),
    levers,
    metricsToken: options.metricsToken ?? null,
  });
  server.addHook("onClose", () => live.close());
  if (options.digests) serveDigests(server, onPrimary(db, "pages"), door, options.digests, log);
  return server;
}

/** What verifies JSON Web Tokens takes a while to load, and most processes take none. */
function loadOidc() {
  return require("./users/oidc") as { createOidcVerifier: typeof createOidcVerifier };
}

function serveDigests(
  server: FastifyInstance,
  db: WritableDb,
  door: DigestDoor,
  settings: DigestSettings,
  log: Log,
): void {
  const { secret, eventsSecret, outbox: folder, outboxSecret } = settings;
  serveDigestPages(server, createDigestActions(db, door, settings), log);
  if (eventsSecret) serveDigestEvents(server, db, { secret, eventsSecret });
  if (outboxSecret) serveOutbox(server, { folder, secret: outboxSecret }, log);
}
