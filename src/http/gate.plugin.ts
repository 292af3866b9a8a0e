import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from "@apollo/server";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { badUserInput } from "../errors";
import type { Admission, Asker, Gate } from "../gate/gate";
import { cachingHeaders, pointsHeaders, type RefusedPoints, rateLimitHeaders } from "./answer-head";
import type { PrivacyCheck } from "./cache-control";
import { headOf } from "./head";
import type { KnownQueries } from "./known-queries";
import type { Measures } from "./measures";

/** What the HTTP face needs of a request's context. */
export interface HttpContext extends Asker {
  requestId: string;
  admission: Admission | null;
  /** Lets the rest of the request see everything that is committed. */
  readPrimary: () => void;
  /** Says that the operation is executed once more, so that what failed in the database is not tried again. */
  repeat: () => void;
}

/** The errors of requests that are under way. Apollo Server's formatError is told an error, but not of which request. */
export type RequestIds = WeakMap<Error, string>;

export interface GatePluginOptions {
  isPrivate: PrivacyCheck;
  gate: Gate;
  requestIds: RequestIds;
  measures: Measures;
  /** Seconds for which anyone may keep an anonymous answer to a GET. */
  maxAge: number;
  /** Told of the queries that pass; null where none are remembered. */
  queries: KnownQueries | null;
}

/** Lets Apollo Server's operations through the gate, and gives each answer the status and headers of its outcome. */
export function gatePlugin(options: GatePluginOptions): ApolloServerPlugin<HttpContext> {
  const { isPrivate, gate, requestIds, measures, maxAge, queries } = options;
  return {
    async requestDidStart(): Promise<GraphQLRequestListener<HttpContext>> {
      const start = performance.now();
      let refusal: GraphQLError | null = null;
      return {
        async didResolveOperation({ document, operation, request, source, queryHash, contextValue }) {
          if (operation?.operation === "subscription") throw badUserInput("query", NO_SUBSCRIPTIONS);
          if (operation?.operation === "mutation") contextValue.readPrimary();
          const { operationName, variables } = request;
          contextValue.admission ??= await gate.admit({ document, operationName, variables }, contextValue);
          if (operation?.operation !== "query") return;
          const hash = request.extensions?.persistedQuery ? queryHash : null;
          queries?.remember({ document, operation, operationName: operationName ?? null }, source, hash);
        },
        async didEncounterErrors({ errors, request, source, contextValue }) {
          for (const error of errors) requestIds.set(error, contextValue.requestId);
          // What was not admitted was not paid for either.
          if (contextValue.admission) return;
          const { query = source, variables } = request;
          await gate.chargeRefused(contextValue.spender, { query, variables }).catch((error) => {
            refusal = error;
          });
        },
        async willSendResponse(request) {
          if (refusal) refuse(request, gate.mask(refusal, request.contextValue.requestId));
          setHead(request);
          if (request.request.http?.method === "GET") {
            const isShared = "address" in request.contextValue.spender;
            const mayKeep = isShared && !!request.document && !isPrivate(request.document);
            setCaching(request, mayKeep ? maxAge : null);
          }
          measureOperation(measures, request, (performance.now() - start) / 1000);
        },
      };
    },
  };
}

const NO_SUBSCRIPTIONS =
  "Subscriptions are not taken over plain HTTP; use a WebSocket at the same path, or /graphql/stream.";

/** Whoever has no points left learns nothing else, not even what was wrong. */
function refuse({ response }: Request, error: GraphQLFormattedError): void {
  response.body = { kind: "single", singleResult: { errors: [error] } };
}

type Request = GraphQLRequestContext<HttpContext>;

function measureOperation(measures: Measures, request: Request, seconds: number): void {
  const { document, operation, operationName, contextValue, response } = request;
  const result = response.body?.kind === "single" ? response.body.singleResult : {};
  measures.operation({ document, operation, operationName, admission: contextValue.admission, result }, seconds);
}

function setHead({ request, response: { http, body }, contextValue: { admission } }: Request): void {
  if (body?.kind !== "single") return;
  if (admission) for (const [name, value] of rateLimitHeaders(admission)) http.headers.set(name, value);
  const { errors: [first] = [], data } = body.singleResult;
  if (!first) return;
  const refused = first.extensions?.code === "RATE_LIMITED" ? first.extensions : null;
  if (refused)
    for (const [name, value] of pointsHeaders(refused as unknown as RefusedPoints)) http.headers.set(name, value);
  const isEmpty = Object.values(data ?? {}).every((value) => value === null);
  const head = isEmpty ? headOf(first.extensions ?? {}) : null;
  if (head) {
    http.status = head.status;
    for (const [name, value] of head.headers) http.headers.set(name, value);
  } else if (http.status === 500 && first.extensions?.code === "BAD_USER_INPUT") http.status = 400;
  // GraphQL over HTTP, 6.4.1: to a client that takes application/json alone, a well-formed answer is a 200.
  const isWellFormed = http.status === 400 && request.query !== undefined;
  if (isWellFormed && !request.http?.headers.get("accept")?.includes("graphql-response+json")) http.status = 200;
}

function setCaching({ response: { http, body } }: Request, maxAge: number | null): void {
  const isGood = body?.kind === "single" && !body.singleResult.errors;
  for (const [name, value] of cachingHeaders(isGood ? maxAge : null)) http.headers.set(name, value);
}
