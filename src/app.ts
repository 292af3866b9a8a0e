import type { FastifyInstance } from "fastify";
import { createContext } from "./context";
import type { WritableDb } from "./db/database";
import { exampleQueries } from "./examples";
import { createServer } from "./http/server";
import { createSchema } from "./schema";
import { authenticate } from "./users/authenticate";
import { createOidcVerifier } from "./users/oidc";

export interface AppOptions {
  explorer: boolean;
  /** Whose JSON Web Tokens are taken beside our own access tokens. */
  oidc?: { issuer: string; audience: string } | null;
  log?: (line: object, message: string) => void;
}

/** Wires the whole API over a database. The caller listens and closes. */
export function createApp(db: WritableDb, options: AppOptions): Promise<FastifyInstance> {
  const verifyIdentity = options.oidc ? createOidcVerifier(options.oidc.issuer, options.oidc.audience) : null;
  return createServer({
    schema: createSchema(),
    createContext: async ({ authorization }) =>
      createContext(db, await authenticate(db, authorization, verifyIdentity)),
    explorer: options.explorer ? { examples: exampleQueries } : null,
    log: options.log ?? ((line, message) => console.error(message, line)),
  });
}
