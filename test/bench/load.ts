import { createHash } from "node:crypto";
import { Client, type Dispatcher } from "undici";
import type { Case, Known } from "./cases";

/** What one contender did in one round; latencies in milliseconds. */
export interface Round {
  perSecond: number;
  p50: number;
  p99: number;
}

type Headers = Record<string, string>;

interface Asked {
  method: "GET" | "POST";
  path: string;
  headers: Headers;
  body?: string;
}

const CONNECTIONS = 16;
/** Requests that are prepared ahead: the load must not take the time of those that are measured. */
const PREPARED = 5000;
/** No two mutations are the same, whoever is asked. */
let mutations = 1000;

/** Asks one server the same query with changing variables, as fast as it answers, for some seconds. */
export async function measure(url: string, asked: Case, known: Known, seconds: number): Promise<Round> {
  const prepared = Array.from({ length: asked.isMutation ? 0 : PREPARED }, (_, n) => requestOf(url, asked, known, n));
  const next = (n: number) =>
    asked.isMutation ? requestOf(url, asked, known, mutations++) : prepared[n % prepared.length]!;
  const end = performance.now() + seconds * 1000;
  const times: number[] = [];
  const ask = async (_: unknown, connection: number) => {
    const client = new Client(new URL(url).origin);
    for (let n = connection; performance.now() < end; n += 1) {
      const start = performance.now();
      await drain(client, next(n));
      times.push(performance.now() - start);
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: asked.connections ?? CONNECTIONS }, ask));
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]!;
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) };
}

/** Waits for a whole answer and looks at its status alone. */
function drain(client: Client, request: Dispatcher.DispatchOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    client.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_, status) {
        if (status !== 200) reject(new Error(`${request.path} is answered with ${status}`));
      },
      onResponseData() {},
      onResponseEnd: () => resolve(),
      onResponseError: (_, error) => reject(error),
    });
  });
}

/** The answer to the n-th request. */
export async function answer(url: string, asked: Case, known: Known, n: number): Promise<string> {
  const { path, body, ...init } = requestOf(url, asked, known, n);
  return (await fetch(new URL(path, url), { ...init, body })).text();
}

function requestOf(url: string, asked: Case, known: Known, n: number): Asked {
  // As browsers and caches send it.
  const accepted: Headers = { "accept-encoding": "gzip, deflate, br" };
  if (asked.path) return { method: "GET", path: asked.path(n, known), headers: accepted };
  const variables = asked.variables(n, known);
  const { pathname } = new URL(url);
  if (asked.isPersisted) {
    const search = new URLSearchParams({
      variables: JSON.stringify(variables),
      extensions: JSON.stringify(persistedAs(asked)),
    });
    const headers: Headers = { ...accepted, "apollo-require-preflight": "1" };
    return { method: "GET", path: `${pathname}?${search}`, headers };
  }
  const headers: Headers = { "content-type": "application/json" };
  if (asked.token) headers.authorization = `Bearer ${asked.token(n, known)}`;
  return { method: "POST", path: pathname, headers, body: JSON.stringify({ query: asked.query, variables }) };
}

/** Lets a server know a persisted query. */
export async function persist(url: string, asked: Case): Promise<void> {
  const body = JSON.stringify({ query: asked.query, variables: {}, extensions: persistedAs(asked) });
  await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
}

function persistedAs({ query }: Case) {
  return { persistedQuery: { version: 1, sha256Hash: createHash("sha256").update(query).digest("hex") } };
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
