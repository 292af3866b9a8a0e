import type { FastifyInstance } from "fastify";
import { createContext } from "./context";
import type { Db } from "./db/database";
import { exampleQueries } from "./examples";
import { createServer } from "./http/server";
import { createSchema } from "./schema";

export interface AppOptions {
  explorer: boolean;
  log?: (line: object, message: string) => void;
}

/** Wires the whole API over a database. The caller listens and closes. */
export function createApp(db: Db, options: AppOptions): Promise<FastifyInstance> {
  return createServer({
    schema: createSchema(),
    createContext: () => createContext(db),
    explorer: options.explorer ? { examples: exampleQueries } : null,
    log: options.log ?? ((line, message) => console.error(message, line)),
  });
}
