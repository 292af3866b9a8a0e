import type { IncomingHttpHeaders } from "node:http";
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
  /** Makes what a request carries, from its headers; a GraphQLError that it throws is the answer. */
  createContext: (headers: IncomingHttpHeaders) => Promise<object>;
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
  const handler = fastifyApolloHandler(apollo, { context: (request) => options.createContext(request.headers) });
  server.route({ method: ["GET", "POST"], url: "/graphql", handler });
  if (options.explorer) serveExplorer(server, options.explorer.examples);
  server.get("/", (_, reply) => reply.redirect(options.explorer ? "/graphiql" : "/graphql"));
  // RFC 9110, 15.5.2: a 401 says how to authenticate; RFC 6750 names the scheme.
  server.addHook("onSend", async (_, reply) => {
    if (reply.statusCode === 401) reply.header("www-authenticate", "Bearer");
  });
  server.addHook("onClose", () => apollo.stop());
  return server;
}
