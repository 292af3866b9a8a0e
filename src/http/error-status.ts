import type { GraphQLError } from "graphql";
import { pointsHeaders, type RefusedPoints } from "./rate-limit-headers";

/** The beginning of an HTTP response. */
export interface ResponseHead {
  status: number;
  headers: [name: string, value: string][];
}

const STATUSES = new Map([
  ["QUERY_TOO_COMPLEX", 400],
  ["RATE_LIMITED", 429],
  ["SERVICE_UNAVAILABLE", 503],
  ["TIMEOUT", 504],
]);

/** The HTTP status and headers of an error that leaves no data; null when its code has no status of its own. */
export function responseHeadOf(extensions: Record<string, unknown>): ResponseHead | null {
  const status = STATUSES.get(String(extensions.code));
  if (status === undefined) return null;
  const { retryAfter, remaining } = extensions;
  const headers: ResponseHead["headers"] = typeof retryAfter === "number" ? [["retry-after", String(retryAfter)]] : [];
  // Other limits than that of points, of subscriptions say, have nothing that remains.
  if (typeof remaining === "number") headers.push(...pointsHeaders(extensions as unknown as RefusedPoints));
  return { status, headers };
}

/** The status and headers that errors, ours and Apollo Server's, set by their `extensions.http`. */
export function headFromExtensions(
  errors: readonly GraphQLError[],
): Pick<ResponseHead, "headers"> & Partial<ResponseHead> {
  const told = errors.flatMap(({ extensions: { http } }) =>
    http ? [http as { status?: number; headers?: Map<string, string> }] : [],
  );
  return {
    status: told.findLast(({ status }) => status !== undefined)?.status,
    headers: told.flatMap(({ headers = [] }) => [...headers]),
  };
}
