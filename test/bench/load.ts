import autocannon from "autocannon";
import type { Case, Known } from "./cases";

export interface Round {
  perSecond: number;
  p50: number;
  p99: number;
}

/** Asks one server the same query with changing variables, as fast as it answers, for some seconds. */
export async function measure(url: string, asked: Case, known: Known, seconds: number): Promise<Round> {
  let n = 0;
  const result = await autocannon({
    url,
    connections: 16,
    duration: seconds,
    requests: [
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        setupRequest: (request) => ({
          ...request,
          body: JSON.stringify({ query: asked.query, variables: asked.variables(n++, known) }),
        }),
      },
    ],
  });
  if (result.errors + result.non2xx > 0) throw new Error(`${url}: ${result.errors} errors, ${result.non2xx} refusals`);
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

export async function answer(url: string, asked: Case, known: Known, n: number): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: asked.query, variables: asked.variables(n, known) }),
  });
  return response.json();
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
