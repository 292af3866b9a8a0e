import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { ApolloServerPluginLandingPageLocalDefault } from "@apollo/server/plugin/landingPage/default";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import cors from "@fastify/cors";
import Fastify, { type FastifyInstance } from "fastify";
import type { GraphQLSchema } from "graphql";
import { type ExampleQuery, serveExplorer } from "./explorer";
import { formatError } from "./format-error";

export interface ServerOptions {
  schema: GraphQLSchema;
  createContext: () => object;
  /** The Sandbox as landing page, GraphiQL at /graphiql; null switches both off. */
  explorer: { examples: readonly ExampleQuery[] } | null;
  log: (line: object, message: string) => void;
}

/** The GraphQL endpoint at /graphql. Call `listen` on what it returns, and `close` to drain and end. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const server = Fastify({ forceCloseConnections: "idle" });
  const apollo = new ApolloServer({
    schema: options.schema,
    introspection: true,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: formatError(options.log),
    plugins: [
      options.explorer
        ? ApolloServerPluginLandingPageLocalDefault({ embed: true, document: options.explorer.examples[0]?.query })
        : ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  await server.register(cors, { origin: "*", credentials: false, methods: ["GET", "POST", "OPTIONS"] });
  const handler = fastifyApolloHandler(apollo, { context: async () => options.createContext() });
  server.route({ method: ["GET", "POST"], url: "/graphql", handler });
  if (options.explorer) serveExplorer(server, options.explorer.examples);
  server.get("/", (_, reply) => reply.redirect(options.explorer ? "/graphiql" : "/graphql"));
  server.addHook("onClose", () => apollo.stop());
  return server;
}
