import type { GraphQLFormattedError } from "graphql";
import { defaultOptimizations, type Optimizations } from "../../src/config/optimizations";
import { getSchema } from "../../src/schema";
import { arrange } from "../fuzz/data";
import { generate, type Sample } from "../fuzz/document";
import { mutate } from "../fuzz/mutate";
import { createRandom, type Random } from "../fuzz/random";
import { learn } from "../fuzz/run";
import { portOf, startApi, type TestApi } from "../support/api";
import { watchCompilations } from "../support/compilations";
import { asPost, createHttpClient, type HttpClient, type Received } from "../support/http-client";
import { unlimited } from "../support/limits";
import { useApi } from "../support/use-api";

const DOCUMENTS = process.env.SOAK ? 20_000 : 60;
const SEED = 20261125;
const MUTATED = 0.1;
const ANONYMOUS = 0.3;

/** The judge: Apollo Server and graphql-js alone, over the database. */
const ALL_OFF: Optimizations = {
  fastPath: false,
  compiledQueries: false,
  sharedReads: false,
  groupedVotes: false,
  contentCacheMb: 0,
  answerCacheMb: 0,
};
const schema = getSchema();

jest.setTimeout(process.env.SOAK ? 3_600_000 : 300_000);

/**
 * An answer without what two servers may tell otherwise: the request, the last digits of what decays with time, the order
 * of errors, and which of several errors it was that left a place null further up.
 */
function comparable({ status, body }: Received) {
  const masked = body.replace(/"requestId":"[^"]*"/g, '"requestId":""').replace(/(\d\.\d{3})\d+/g, "$1");
  const { data, errors, ...rest } = JSON.parse(masked) as { data?: unknown; errors?: GraphQLFormattedError[] };
  const told = errors?.map((error) => {
    const place = nullIn(data, error.path ?? []);
    return JSON.stringify(place.length === (error.path ?? []).length ? error : place);
  });
  return { status, data: JSON.stringify(data), errors: told && [...new Set(told)].sort(), ...rest };
}

/** How far one comes along a path before there is nothing. */
function nullIn(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] {
  const [step, ...rest] = path;
  if (step === undefined || typeof data !== "object" || data === null) return [];
  return [step, ...nullIn((data as Record<string | number, unknown>)[step], rest)];
}

describe(`with all optimizations on, ${DOCUMENTS} random queries (seed ${SEED})`, () => {
  const t = useApi({ limits: unlimited, optimizations: defaultOptimizations });
  let plain: TestApi;
  let toFast: HttpClient;
  let toPlain: HttpClient;
  let token: string;
  const compilations = watchCompilations();
  beforeAll(async () => {
    token = await arrange(t.db);
    plain = t.use(await startApi(t.db, { limits: unlimited, optimizations: ALL_OFF }));
    toFast = t.use(createHttpClient(portOf(t.api), 1));
    toPlain = t.use(createHttpClient(portOf(plain), 1));
  });
  afterAll(() => compilations.stop());

  // What only the clock knows cannot be compared.
  const sampleOf = (random: Random, known: Awaited<ReturnType<typeof learn>>): Sample | null => {
    const whole = generate(schema, random, known);
    const sample = random.chance(MUTATED) ? mutate(whole, random) : whole;
    return /^\s*(mutation|subscription)|resetAt/.test(sample.query) ? null : sample;
  };

  test("are answered like the first time, and like graphql-js and Apollo Server answer them: data, errors, status", async () => {
    const known = await learn(toPlain.send);
    const seeds = createRandom(SEED);
    let answered = 0;
    for (let n = 0; n < DOCUMENTS; n++) {
      const random = createRandom(seeds.int(0, 2 ** 31 - 1));
      const sample = sampleOf(random, known);
      if (!sample) continue;
      const sent = asPost(sample, random.chance(ANONYMOUS) ? undefined : token);
      const judged = comparable(await toPlain.send(sent));
      const first = comparable(await toFast.send(sent));
      const second = comparable(await toFast.send(sent));
      expect({ sample, first, second }).toEqual({ sample, first: judged, second: judged });
      if (!judged.errors) answered++;
    }
    expect(t.api.logged).toEqual([]);
    // Queries that are all refused, or never compiled, would prove little.
    expect(answered).toBeGreaterThan(DOCUMENTS / 5);
    expect(compilations.count()).toBeGreaterThan(answered / 2);
  });
});
