import { HeaderMap } from "@apollo/server";

const STATUSES = new Map([
  ["QUERY_TOO_COMPLEX", 400],
  ["RATE_LIMITED", 429],
  ["SERVICE_UNAVAILABLE", 503],
  ["TIMEOUT", 504],
]);

/** The HTTP status and headers that go with an error which leaves nothing to answer; null when it has none of its own. */
export function headOf(extensions: Record<string, unknown>): { status: number; headers: HeaderMap } | null {
  const status = STATUSES.get(String(extensions.code));
  if (status === undefined) return null;
  const { retryAfter } = extensions;
  return {
    status,
    headers: new HeaderMap(typeof retryAfter === "number" ? [["retry-after", String(retryAfter)]] : []),
  };
}
