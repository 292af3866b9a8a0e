import { createHash } from "node:crypto";
import autocannon from "autocannon";
import type { Case, Known } from "./cases";

/** What one contender did in one round; latencies in milliseconds. */
export interface Round {
  perSecond: number;
  p50: number;
  p99: number;
}

type Headers = Record<string, string>;

/** No two mutations are the same, whoever is asked. */
let mutations = 1000;

/** Requests that are prepared ahead: the load must not take the time of those that are measured. */
const PREPARED = 200;

/** Asks one server the same query with changing variables, as fast as it answers, for some seconds. */
export async function measure(url: string, asked: Case, known: Known, seconds: number): Promise<Round> {
  const prepared = () => Array.from({ length: PREPARED }, (_, n) => requestOf(url, asked, known, n));
  const requests: autocannon.Request[] = asked.isMutation
    ? [{ setupRequest: (request) => ({ ...request, ...requestOf(url, asked, known, mutations++) }) }]
    : prepared();
  const result = await autocannon({ url, connections: 16, duration: seconds, requests });
  if (result.errors + result.non2xx > 0) throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} refusals`);
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

/** The answer to the n-th request. */
export async function answer(url: string, asked: Case, known: Known, n: number): Promise<unknown> {
  const { path, ...init } = requestOf(url, asked, known, n);
  return (await fetch(new URL(path, url), init)).json();
}

function requestOf(url: string, asked: Case, known: Known, n: number) {
  const variables = asked.variables(n, known);
  const { pathname } = new URL(url);
  if (asked.isPersisted) {
    const sha256Hash = createHash("sha256").update(asked.query).digest("hex");
    const search = new URLSearchParams({
      variables: JSON.stringify(variables),
      extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }),
    });
    const headers: Headers = { "apollo-require-preflight": "1" };
    return { method: "GET" as const, path: `${pathname}?${search}`, headers };
  }
  const headers: Headers = { "content-type": "application/json" };
  if (asked.token) headers.authorization = `Bearer ${asked.token(n, known)}`;
  return { method: "POST" as const, path: pathname, headers, body: JSON.stringify({ query: asked.query, variables }) };
}

/** Lets a server know a persisted query. */
export async function persist(url: string, { query }: Case): Promise<void> {
  const sha256Hash = createHash("sha256").update(query).digest("hex");
  const body = JSON.stringify({ query, variables: {}, extensions: { persistedQuery: { version: 1, sha256Hash } } });
  await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
