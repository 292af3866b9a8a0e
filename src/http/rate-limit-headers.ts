import type { Allowance } from "../admission/rate-limiter";

/** The points in the extensions of a RATE_LIMITED error; `retryAfter` is in seconds. */
export interface RefusedPoints {
  limit: number;
  remaining: number;
  retryAfter: number;
}

/** Headers with the points that an operation leaves; empty when points are not limited. */
export function rateLimitHeaders({
  limit,
  remaining,
  resetAt,
}: Pick<Allowance, "limit" | "remaining" | "resetAt">): [string, string][] {
  if (limit === 0) return [];
  return pointsHeaders({
    limit,
    remaining,
    retryAfter: Math.max(0, Math.ceil((resetAt.getTime() - Date.now()) / 1000)),
  });
}

/** draft-ietf-httpapi-ratelimit-headers-10: the quota of points with its window in seconds, and what is left of it. */
export function pointsHeaders({ limit, remaining, retryAfter }: RefusedPoints): [string, string][] {
  return [
    ["ratelimit-policy", `"points";q=${limit};w=60`],
    ["ratelimit", `"points";r=${remaining};t=${retryAfter}`],
  ];
}
