import type { FastifyReply, FastifyRequest } from "fastify";
import { type GraphQLSchema, getVariableValues, OperationTypeNode } from "graphql";
import type { Admission, Gate } from "../gate/gate";
import { cachingHeaders, rateLimitHeaders } from "./answer-head";
import { isAskedOnPurpose, readAsked } from "./asked";
import type { HttpContext } from "./gate.plugin";
import { jsonBytes } from "./json-bytes";
import { type Body, bodyFor, type KeptAnswer, type KeptAnswers } from "./kept-answers";
import type { KnownQueries } from "./known-queries";
import type { Measures } from "./measures";

export interface FastPathOptions {
  schema: GraphQLSchema;
  gate: Gate;
  measures: Measures;
  queries: KnownQueries;
  /** Finished answers; null where none are kept. */
  answers: KeptAnswers | null;
  /** Seconds for which anyone may keep an anonymous answer to a GET. */
  maxAge: number;
}

/**
 * Answers a query that Apollo Server has parsed, validated and answered before, by the same gate and with the same
 * headers, but without all that Apollo Server does around an execution. Null when anything is out of the ordinary, be it
 * an error in the answer: then Apollo Server answers, with the same context, so nothing is paid for twice.
 */
export type FastPath = (request: FastifyRequest, reply: FastifyReply, contextOf: ContextOf) => Promise<Buffer | null>;

/** The context of a request: the same, however often it is asked for. */
type ContextOf = (request: FastifyRequest) => Promise<HttpContext>;

export function createFastPath(options: FastPathOptions): FastPath {
  return async (request, reply, contextOf) => {
    if (!isAskedOnPurpose(request)) return null;
    const { answers } = options;
    const answer = (share?: () => void) => execute(request, reply, contextOf, options, share);
    try {
      if (!answers || request.method === "POST") return await answer();
      const kept = await answers.find(request);
      return kept ? await answerKept(kept, request, reply, options) : await answers.make(request, answer);
    } catch {
      // Apollo Server meets the same error, and answers with it.
      return null;
    }
  };
}

/** All that is told of a kept answer's operation: the document itself is not held for it. */
const A_QUERY = { operation: OperationTypeNode.QUERY };

async function answerKept(
  kept: KeptAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
  { gate, measures, maxAge }: FastPathOptions,
): Promise<Buffer> {
  const start = performance.now();
  const { cost, operationName } = kept;
  // A client that has gone in the meantime has no address any more.
  const { ip: address = "" } = request;
  const admission = { cost, ...(await gate.charge({ address }, cost)) };
  setHead(reply, kept.contentType, admission);
  setHeaders(reply, cachingHeaders(maxAge));
  // RFC 9111, 5.1: who keeps it counts from when it was made.
  reply.header("age", Math.floor((start - kept.keptAt) / 1000));
  measures.operation({ operation: A_QUERY, operationName, admission, result: {} }, (performance.now() - start) / 1000);
  return setForm(reply, bodyFor(kept, request));
}

async function execute(
  request: FastifyRequest,
  reply: FastifyReply,
  contextOf: ContextOf,
  { schema, gate, measures, queries, answers, maxAge }: FastPathOptions,
  share?: () => void,
): Promise<Buffer | null> {
  const start = performance.now();
  const asked = readAsked(request);
  const query = asked && queries.find(asked);
  if (!query) return null;
  const { variables, contentType } = asked;
  const { document, operation, operationName } = query;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 });
  if (!coerced) return null;
  const context = await contextOf(request);
  if (!query.isReady()) await gate.read(context.caller);
  const admission = await gate.admit({ document, operationName, variables }, context, true);
  context.admission = admission;
  share?.();
  const { data, errors } = await query.execute(context, coerced);
  if (!data || errors) {
    context.repeat();
    return null;
  }
  setHead(reply, contentType, admission);
  measures.operation({ operation, operationName, admission, result: { data } }, (performance.now() - start) / 1000);
  const bytes = jsonBytes({ data });
  if (request.method === "POST") return bytes;
  const isForAnyone = "address" in context.spender && !query.isPrivate;
  setHeaders(reply, cachingHeaders(isForAnyone ? maxAge : null));
  if (!answers || !isForAnyone) return bytes;
  const kept = answers.keep(request, { bytes, contentType, cost: admission.cost, operationName });
  return setForm(reply, kept.plain);
}

function setForm(reply: FastifyReply, { bytes, etag, encoding }: Body): Buffer {
  reply.header("etag", etag);
  if (encoding) reply.header("content-encoding", encoding);
  return bytes;
}

function setHead(reply: FastifyReply, contentType: string, admission: Admission): void {
  reply.header("content-type", contentType);
  setHeaders(reply, rateLimitHeaders(admission));
}

function setHeaders(reply: FastifyReply, headers: [string, string][]): void {
  for (const [name, value] of headers) reply.header(name, value);
}
