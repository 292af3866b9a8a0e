import type { FastifyInstance, FastifyServerOptions } from "fastify";
import type { GraphQLError } from "graphql";
import type { Redis } from "ioredis";
import { createContext } from "./context";
import type { WritableDb } from "./db/database";
import { withDeadline } from "./db/deadline";
import { sql } from "./db/sql";
import { serveOutbox } from "./digests/outbox/outbox.routes";
import type { DigestActions } from "./digests/pages/actions";
import { serveDigestPages } from "./digests/pages/serve";
import { exampleQueries } from "./examples";
import { createGate } from "./gate/gate";
import { createRateLimiter } from "./gate/rate-limiter";
import { createMeasures, type Measures } from "./http/measures";
import { createServer, type IncomingRequest } from "./http/server";
import { defaultLimits, type Limits } from "./limits";
import type { Log } from "./log";
import { createSchema } from "./schema";
import { authenticate } from "./users/authenticate";
import { createOidcVerifier } from "./users/oidc";

export interface AppOptions {
  log: Log;
  limits?: Limits;
  explorer?: boolean;
  introspection?: boolean;
  /** Whose JSON Web Tokens are taken beside our own access tokens. */
  oidc?: { issuer: string; audience: string } | null;
  /** Where several processes count together what each caller spends. */
  redis?: Redis | null;
  trustProxy?: FastifyServerOptions["trustProxy"];
  measures?: Measures;
  /** Opens /metrics on the API's own port to its bearers. */
  metricsToken?: string;
  /** What the pages for digests do, and the folder of mails that /outbox shows, if any; null leaves both out. */
  digests?: { actions: DigestActions; outbox: string | null } | null;
}

/** Wires the whole API over a database. The caller listens and closes. */
export async function createApp(db: WritableDb, options: AppOptions): Promise<FastifyInstance> {
  const { limits = defaultLimits, explorer = true, introspection = true, oidc, redis = null, log } = options;
  const { digests = null } = options;
  const verifyIdentity = oidc ? createOidcVerifier(oidc.issuer, oidc.audience) : null;
  const schema = createSchema();
  const gate = createGate({ schema, limits, rateLimiter: createRateLimiter(limits, redis), introspection, log });
  const server = await createServer({
    schema,
    gate,
    limits,
    measures: options.measures ?? createMeasures(),
    createContext: async ({ id, address, authorization }: IncomingRequest) => {
      const ownDb = withDeadline(db, limits.OPERATION_TIMEOUT_MS, limits.DATABASE_QUERY_TIMEOUT_MS);
      const viewer = await authenticate(ownDb, authorization, verifyIdentity).catch(async (error: GraphQLError) => {
        await gate.charge({ address });
        throw error;
      });
      return createContext(ownDb, viewer, { id, address });
    },
    isReady: async () => (await db.read(sql`select 1`)).length === 1,
    explorer: explorer ? { examples: exampleQueries } : null,
    introspection,
    trustProxy: options.trustProxy ?? false,
    metricsToken: options.metricsToken ?? null,
  });
  if (digests) serveDigestPages(server, digests.actions, log);
  if (digests?.outbox) serveOutbox(server, digests.outbox, log);
  return server;
}
