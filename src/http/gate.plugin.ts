import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from "@apollo/server";
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from "graphql";
import { badUserInput } from "../errors";
import type { Admission, Gate } from "../gate/gate";
import type { Spender } from "../gate/rate-limiter";
import { createPrivacyCheck } from "./cache-control";
import { headOf } from "./head";
import type { Measures } from "./measures";

/** What the HTTP face needs of a request's context. */
export interface HttpContext {
  requestId: string;
  spender: Spender;
  admission: Admission | null;
  /** Lets the rest of the request see everything that is committed. */
  readPrimary: () => void;
}

/** The errors of requests that are under way. Apollo Server's formatError is told an error, but not of which request. */
export type RequestIds = WeakMap<Error, string>;

/** Lets Apollo Server's operations through the gate, and gives each answer the status and headers of its outcome. */
export function gatePlugin(
  schema: GraphQLSchema,
  gate: Gate,
  requestIds: RequestIds,
  measures: Measures,
  maxAge: number,
): ApolloServerPlugin<HttpContext> {
  const isPrivate = createPrivacyCheck(schema);
  return {
    async requestDidStart(): Promise<GraphQLRequestListener<HttpContext>> {
      const start = performance.now();
      let refusal: GraphQLError | null = null;
      return {
        async didResolveOperation({ document, operation, request, contextValue }) {
          if (operation?.operation === "subscription") throw badUserInput("query", NO_SUBSCRIPTIONS);
          if (operation?.operation === "mutation") contextValue.readPrimary();
          const { operationName, variables } = request;
          contextValue.admission = await gate.admit({ document, operationName, variables }, contextValue.spender);
        },
        async didEncounterErrors({ errors, contextValue }) {
          for (const error of errors) requestIds.set(error, contextValue.requestId);
          // What was not admitted was not paid for either.
          if (contextValue.admission) return;
          await gate.charge(contextValue.spender).catch((error) => {
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
          measures.operation(request, (performance.now() - start) / 1000);
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

function setHead({ request, response: { http, body }, contextValue: { admission } }: Request): void {
  if (body?.kind !== "single") return;
  if (admission && admission.limit > 0) {
    for (const [name, value] of rateLimitHeaders(admission)) http.headers.set(name, value);
  }
  const { errors: [first] = [], data } = body.singleResult;
  if (!first) return;
  const refused = first.extensions?.code === "RATE_LIMITED" ? first.extensions : null;
  if (refused) for (const [name, value] of headersOf(refused as unknown as Refused)) http.headers.set(name, value);
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
  http.headers.set("cache-control", isGood && maxAge !== null ? `public, max-age=${maxAge}` : "private, no-cache");
  http.headers.set("vary", "accept, authorization");
}

/** What an error tells of the points that were not there. */
interface Refused {
  limit: number;
  remaining: number;
  retryAfter: number;
}

function rateLimitHeaders({ limit, remaining, resetAt }: Admission): [string, string][] {
  const retryAfter = Math.max(0, Math.ceil((resetAt.getTime() - Date.now()) / 1000));
  return headersOf({ limit, remaining, retryAfter });
}

/** draft-ietf-httpapi-ratelimit-headers-10: the quota of points with its window, and what is left of it. */
function headersOf({ limit, remaining, retryAfter }: Refused): [string, string][] {
  return [
    ["ratelimit-policy", `"points";q=${limit};w=60`],
    ["ratelimit", `"points";r=${remaining};t=${retryAfter}`],
  ];
}
