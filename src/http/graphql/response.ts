import type { FastifyReply, FastifyRequest } from "fastify";
import { type GraphQLError, type GraphQLFormattedError, OperationTypeNode } from "graphql";
import type { Admission } from "../../admission/admission";
import { asGraphQLError, badUserInput } from "../../graphql/errors";
import type { Document } from "../document";
import { headFromExtensions, type ResponseHead, responseHeadOf } from "../error-status";
import { etagOf } from "../etag";
import type { ModificationTimes } from "../last-modified";
import type { Mask } from "../mask-error";
import type { OperationMetrics } from "../operation-metrics";
import { rateLimitHeaders } from "../rate-limit-headers";
import type { HttpContext } from "../server-options";
import type { PrivacyCheck } from "./cache-control";
import { jsonBytes } from "./json-bytes";
import { acceptedBy, type GraphqlRequest, isGraphqlResponse } from "./request";
import { type Body, bodyFor, type CachedBy, type CachedResponse, type ResponseCache } from "./response-cache";

/** The result of an operation; its errors are not masked yet. Without `data` it was not executed. */
export interface Result {
  data?: Record<string, unknown> | null;
  errors?: readonly GraphQLError[];
}

export interface ResponseOptions {
  admission: Admission;
  mask: Mask;
  metrics: OperationMetrics;
  isPrivate: PrivacyCheck;
  cache: ResponseCache | null;
  /** Seconds for which any cache may store the response to an anonymous GET. */
  maxAge: number;
  modificationTimes: ModificationTimes;
}

/** An HTTP request with its reply, and the GraphQL request read from it. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  graphqlRequest: GraphqlRequest;
  /** What the response depends on. */
  cachedBy: CachedBy;
  /** What the result is written as; null for JSON, as GraphQL over HTTP defines it. */
  document: Document | null;
  startedAt: number;
}

/** Writes the response to an operation (masked errors, status, headers, caching) and records its metrics. */
export function respond(exchange: Exchange, context: HttpContext, result: Result, responding: ResponseOptions): Buffer {
  const { isPrivate, cache, maxAge, modificationTimes } = responding;
  const { reply, graphqlRequest, cachedBy, document } = exchange;
  const written = document ? writeDocument(document, result) : null;
  const { data, errors: thrown } = written ?? result;
  const body = written?.body ?? null;
  const { operation, admitted = null, allowance = admitted } = context.turn;
  const { errors } = conclude(context, { data, errors: thrown }, exchange.startedAt, responding);
  if (allowance) setHeaders(reply, rateLimitHeaders(allowance));
  if (errors?.length) {
    const { status, headers } = headOfErrors(data, errors[0]!, thrown!);
    // GraphQL over HTTP, 6.4.1: as application/json, the response to a well-formed request is a 200.
    const isWellFormed = graphqlRequest.query !== null || graphqlRequest.documentId !== null || operation !== undefined;
    const isJson = !document && !isGraphqlResponse(graphqlRequest.accepted);
    setHeaders(reply.code(status === 400 && isWellFormed && isJson ? 200 : status), headers);
  }
  const bytes = body ?? jsonBytes(errors ? { errors, data } : { data });
  if (document) reply.header("content-type", body ? document.contentType : "application/json; charset=utf-8");
  if (graphqlRequest.method === "POST") return bytes;
  const isForAnyone = !errors && "address" in context.caller && !!operation && !isPrivate(operation.document);
  setHeaders(reply, cachingHeaders(isForAnyone ? maxAge : null));
  const etag = body ? etagOf(body) : undefined;
  const lastModified = etag && modificationTimes.of(document!.key, etag);
  if (etag) reply.headers({ etag, "last-modified": lastModified });
  if (!isForAnyone || !cache || !admitted) return bytes;
  const { plain } = cache.store(cachedBy, {
    bytes,
    etag,
    cost: admitted.cost,
    operationName: operation.name,
    lastModified,
  });
  return setForm(reply, plain);
}

/** What a client is told of an operation: its errors are masked. It is counted among the metrics. */
export interface Concluded {
  data?: Result["data"];
  errors?: GraphQLFormattedError[];
}

export function conclude(
  { requestId, turn: { operation, admitted } }: HttpContext,
  { data, errors: thrown }: Result,
  startedAt: number,
  { mask, metrics }: Pick<ResponseOptions, "mask" | "metrics">,
): Concluded {
  const errors = thrown?.map((error) => mask(error, requestId));
  metrics.operation(
    {
      document: operation?.document,
      operation: operation?.operation,
      operationName: operation?.name,
      admitted: admitted ?? null,
      result: { data, errors },
    },
    secondsSince(startedAt),
  );
  return { data, errors };
}

/** A document is whole or an error: readers would take a part of it for all that there is. */
function writeDocument(document: Document, { data, errors }: Result): Result & { body: Buffer | null } {
  if (errors?.length) return { errors: errors.map(asOfParameter), body: null };
  try {
    const written = document.write(data);
    return { data, body: typeof written === "string" ? Buffer.from(written) : written };
  } catch (error) {
    return { errors: [asGraphQLError(error)], body: null };
  }
}

/** A document's parameters are a filter's fields by their own names. */
function asOfParameter(error: GraphQLError): GraphQLError {
  const [, parameter] = /^filter\.(\w+)/.exec(String(error.extensions.argument)) ?? [];
  return parameter === undefined ? error : badUserInput(parameter, error.message);
}

/** The operation of a cached response in metrics: the cache does not hold its document. */
const A_QUERY = { operation: OperationTypeNode.QUERY };

/** Writes a cached response, which costs its caller as many points as an executed one. */
export async function respondCached(
  { request, reply, document, startedAt }: Exchange,
  cached: CachedResponse,
  { admission, metrics, maxAge }: ResponseOptions,
): Promise<Buffer> {
  const { cost, operationName, lastModified } = cached;
  // A client that has disconnected has no address any more.
  const { ip: address = "" } = request;
  const admitted = { cost, ...(await admission.consume({ address }, cost)) };
  setHeaders(reply, [...rateLimitHeaders(admitted), ...cachingHeaders(maxAge)]);
  if (document) reply.header("content-type", document.contentType);
  if (lastModified) reply.header("last-modified", lastModified);
  // RFC 9111, 5.1: caches count its age from when it was made.
  reply.header("age", Math.floor(secondsSince(cached.storedAt)));
  metrics.operation({ operation: A_QUERY, operationName, admitted, result: {} }, secondsSince(startedAt));
  return setForm(reply, bodyFor(cached, request));
}

/** How the error of a request that did not become an operation is written. */
export type RefusalForm = (
  error: GraphQLFormattedError,
  request: FastifyRequest,
) => { contentType: string; body: string | Buffer };

const asGraphql: RefusalForm = (error, request) => ({
  contentType: acceptedBy(request).contentType ?? "application/json; charset=utf-8",
  body: jsonBytes({ errors: [error] }),
});

/**
 * Sends the error of a request that did not become an operation, by default in the form of a GraphQL error; returns its code.
 * An unreadable request costs the least points of an operation.
 */
export async function respondRefused(
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  { admission, mask }: Pick<ResponseOptions, "admission" | "mask">,
  form?: RefusalForm,
): Promise<string> {
  let error = asGraphQLError(thrown);
  const { ip: address = "" } = request;
  if (error.extensions.code === "BAD_USER_INPUT") {
    // Without points left, the caller learns only that.
    error = await admission.consume({ address }).then(() => error, asGraphQLError);
  }
  return sendRefusal(request, reply, error, mask, form);
}

/** Sends such an error without consuming points. */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  error: GraphQLError,
  mask: Mask,
  form: RefusalForm = asGraphql,
): string {
  const masked = mask(error, request.id);
  const { status, headers } = headOfErrors(undefined, masked, [error]);
  const { contentType, body } = form(masked, request);
  setHeaders(reply.code(status), headers);
  reply.header("content-type", contentType).send(body);
  return String(masked.extensions?.code);
}

/** The status and headers of a response with errors, decided by the first error; without data nothing was executed. */
function headOfErrors(
  data: Result["data"],
  { extensions = {} }: GraphQLFormattedError,
  thrown: readonly GraphQLError[],
): ResponseHead {
  const told = headFromExtensions(thrown);
  const isEmpty = Object.values(data ?? {}).every((value) => value === null);
  const own = isEmpty ? responseHeadOf(extensions) : null;
  const isMistake = extensions.code === "BAD_USER_INPUT";
  const status = own?.status ?? told.status ?? (data !== undefined ? 200 : isMistake ? 400 : 500);
  return { status, headers: [...told.headers, ...(own?.headers ?? [])] };
}

/** Caching headers of a GET: shared for `maxAge` seconds; with null, private and revalidated each time. */
function cachingHeaders(maxAge: number | null): ResponseHead["headers"] {
  return [
    ["cache-control", maxAge === null ? "private, no-cache" : `public, max-age=${maxAge}`],
    ["vary", "accept, accept-encoding, authorization"],
  ];
}

function setForm(reply: FastifyReply, { bytes, etag, encoding }: Body): Buffer {
  reply.header("etag", etag);
  if (encoding) reply.header("content-encoding", encoding);
  return bytes;
}

function setHeaders(reply: FastifyReply, headers: ResponseHead["headers"]): void {
  for (const [name, value] of headers) reply.header(name, value);
}

function secondsSince(moment: number): number {
  return (performance.now() - moment) / 1000;
}
