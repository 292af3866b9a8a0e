import { asPost, type HttpClient } from "./http-client";
import { type PricedOperation, requestOf } from "./operations/operation";

/** What an operation costs in points, and what it takes. */
export interface Measured {
  name: string;
  points: number;
  /** Median time of an answer, less that of a request that asks nothing, in milliseconds. */
  ms: number;
  /** Milliseconds a point, to those of the measure: above 1 it is cheaper than it should be. */
  ratio: number;
}

export interface Rounds {
  /** How often each is asked for before, at least once. */
  warmUp: number;
  /** How many are compared at least, warming up aside. */
  least: number;
  /** No round begins after so long. */
  ms: number;
}

/** The points of measures: the same each time. */
const pointsOfMeasures = new WeakMap<PricedOperation, number>();

/**
 * Asks for an operation and for the measure in turn, one request at a time, so that a machine that is busy for a while is
 * so for both. The API has to have limits of points that are not met.
 */
export async function measureCost(
  { send }: HttpClient,
  operation: PricedOperation,
  measure: PricedOperation,
  token: string,
  { warmUp, least, ms }: Rounds,
): Promise<Measured> {
  let n = 0;
  const ask = async (asked: PricedOperation): Promise<number> => {
    const sent = requestOf(asked, n, asked.needsToken ? token : undefined);
    n++;
    const start = performance.now();
    const answer = await send(sent);
    const took = performance.now() - start;
    const isRefused = asked.path ? answer.status !== 200 : JSON.parse(answer.body).errors !== undefined;
    if (isRefused !== asked.isRefused) throw new Error(`${asked.name}: ${answer.status} ${answer.body.slice(0, 500)}`);
    return took;
  };
  /** What the client and the connection take for any request. */
  const askNothing = async () => {
    const start = performance.now();
    await send({ method: "GET", path: "/healthz", headers: {} });
    return performance.now() - start;
  };
  const pointsOf = async (asked: PricedOperation, tries = 3): Promise<number> => {
    const of = async () => {
      const answer = await send(asPost({ query: "{ rateLimit { used cost } }" }, asked.needsToken ? token : undefined));
      return JSON.parse(answer.body).data.rateLimit as { used: number; cost: number };
    };
    const before = await of();
    await ask(asked);
    const after = await of();
    const points = after.used - after.cost - before.used;
    if (points > 0) return points;
    if (tries === 0) throw new Error(`${asked.name} costs nothing`);
    // A new minute has begun.
    return pointsOf(asked, tries - 1);
  };
  // The last to warm up is asked for its points, too.
  const warmUpWith = async (asked: PricedOperation) => {
    for (let i = 1; i < warmUp; i++) await ask(asked);
    return pointsOf(asked);
  };
  const points = await warmUpWith(operation);
  const measurePoints = pointsOfMeasures.get(measure) ?? (await warmUpWith(measure));
  pointsOfMeasures.set(measure, measurePoints);
  const times: [number[], number[], number[]] = [[], [], []];
  for (const end = performance.now() + ms; times[0].length < least || performance.now() < end; ) {
    times[0].push(await ask(operation));
    times[1].push(await ask(measure));
    times[2].push(await askNothing());
  }
  const nothing = median(times[2]);
  const [took, measureTook] = [Math.max(0, median(times[0]) - nothing), Math.max(0.1, median(times[1]) - nothing)];
  return { name: operation.name, points, ms: took, ratio: took / points / (measureTook / measurePoints) };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
