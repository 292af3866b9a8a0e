import type { Admission } from "../gate/gate";

/** What an error tells of the points that were not there. */
export interface RefusedPoints {
  limit: number;
  remaining: number;
  retryAfter: number;
}

/** The points that an operation leaves; none where they are not limited. */
export function rateLimitHeaders({ limit, remaining, resetAt }: Omit<Admission, "cost" | "used">): [string, string][] {
  if (limit === 0) return [];
  return pointsHeaders({
    limit,
    remaining,
    retryAfter: Math.max(0, Math.ceil((resetAt.getTime() - Date.now()) / 1000)),
  });
}

/** draft-ietf-httpapi-ratelimit-headers-10: the quota of points with its window, and what is left of it. */
export function pointsHeaders({ limit, remaining, retryAfter }: RefusedPoints): [string, string][] {
  return [
    ["ratelimit-policy", `"points";q=${limit};w=60`],
    ["ratelimit", `"points";r=${remaining};t=${retryAfter}`],
  ];
}

/** How long anyone may keep an answer to a GET, in seconds; null when only who asked may, and then asks again. */
export function cachingHeaders(maxAge: number | null): [string, string][] {
  return [
    ["cache-control", maxAge === null ? "private, no-cache" : `public, max-age=${maxAge}`],
    ["vary", "accept, accept-encoding, authorization"],
  ];
}
