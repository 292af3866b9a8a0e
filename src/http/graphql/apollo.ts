import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequest,
  type GraphQLRequestListener,
} from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { Admission } from "../../admission/admission";
import { asGraphQLError, badUserInput } from "../../graphql/errors";
import type { HttpContext, ServerOptions } from "../server-options";
import { byHash, type DocumentCache } from "./document-cache";
import { beginMutation } from "./mutation";
import type { PreparedOperations } from "./prepared-operations";
import type { GraphqlRequest } from "./request";
import type { Result } from "./response";

export type ApolloOptions = Pick<ServerOptions, "schema" | "admission" | "introspection" | "persistedQueries"> & {
  documents: DocumentCache;
  /** Receives the operations that were admitted; null when none are kept. */
  prepared: PreparedOperations | null;
};

/** Apollo Server without its HTTP layer: it finds persisted queries, parses, validates and executes. */
export interface Apollo {
  execute(request: GraphqlRequest, context: HttpContext): Promise<Result>;
  stop(): Promise<void>;
}

export async function startApollo(options: ApolloOptions): Promise<Apollo> {
  const { schema, admission, introspection, persistedQueries, documents } = options;
  const apollo = new ApolloServer<HttpContext>({
    schema,
    introspection,
    documentStore: byHash(documents),
    persistedQueries: persistedQueries ? { cache: persistedQueries } : {},
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: admission.parseOptions,
    validationRules: admission.validationRules,
    validationOptions: admission.validationOptions,
    executionOptions: admission.executionOptions,
    // As it was thrown: errors are masked when the response is written.
    formatError: (_, thrown) => asGraphQLError(thrown),
    plugins: [
      admit(admission, options.prepared),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return {
    async execute(request, contextValue) {
      const { body } = await apollo.executeOperation(asApollo(request), { contextValue });
      if (body.kind !== "single") throw new Error("An answer came in parts");
      return body.singleResult as Result;
    },
    stop: () => apollo.stop(),
  };
}

/** Its query is absent, not null, if only its hash was sent. */
function asApollo({ query, persistedHash, operationName, variables, extensions }: GraphqlRequest): GraphQLRequest {
  const persistedQuery = persistedHash === null ? undefined : { version: 1, sha256Hash: persistedHash };
  return {
    query: query ?? undefined,
    operationName: operationName ?? undefined,
    variables,
    extensions: { ...extensions, persistedQuery },
  };
}

/** Admits a valid operation right before it is executed, and adds it to the prepared ones. */
function admit(admission: Admission, prepared: PreparedOperations | null): ApolloServerPlugin<HttpContext> {
  const listener: GraphQLRequestListener<HttpContext> = {
    async didResolveOperation({
      document,
      operation,
      operationName: name = null,
      request,
      source,
      queryHash,
      contextValue,
    }) {
      if (operation?.operation === "subscription") throw badUserInput("query", NO_SUBSCRIPTIONS);
      const { turn } = contextValue;
      if (operation?.operation === "mutation") beginMutation(contextValue);
      const { operationName = null, variables } = request;
      turn.operation = { document, operation, name };
      await admission.admit({ document, operationName, variables }, contextValue);
      if (!operation) return;
      const hash = request.extensions?.persistedQuery ? queryHash : null;
      prepared?.add({ document, operation, operationName }, source, hash);
    },
  };
  return { requestDidStart: async () => listener };
}

const NO_SUBSCRIPTIONS =
  "Subscriptions are not served over plain HTTP; use a WebSocket at the same path, or /graphql/stream.";
