import type { GraphQLFormattedError } from "graphql";
import * as jit from "graphql-jit";
import { defaultLevers, type Levers } from "../src/levers";
import { defaultLimits } from "../src/limits";
import { createSchema } from "../src/schema";
import { arrange } from "./fuzz/data";
import { generate, type Sample } from "./fuzz/document";
import { mutate } from "./fuzz/mutate";
import { createRandom, type Random } from "./fuzz/random";
import { learn } from "./fuzz/run";
import { portOf, startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { asPost, createSender, type Received, type Sender } from "./support/send";

const DOCUMENTS = process.env.SOAK ? 20_000 : 125;
const SEED = 20261125;
const MUTATED = 0.1;
const ANONYMOUS = 0.3;

/** The judge: Apollo Server and graphql-js alone, over the database. */
const ALL_OFF: Levers = {
  fastPath: false,
  compiledQueries: false,
  sharedReads: false,
  groupedVotes: false,
  contentCacheMb: 0,
  answerCacheMb: 0,
};
const limits = { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 0, RATE_LIMIT_USER: 0, SUBSCRIBE_LIMIT_ADDRESS: 0 };
const schema = createSchema();

jest.setTimeout(process.env.SOAK ? 1_800_000 : 60_000);
jest.mock("graphql-jit", () => ({ ...jest.requireActual("graphql-jit"), compileQuery: jest.fn() }));

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

describe(`with all levers on, ${DOCUMENTS} random queries (seed ${SEED})`, () => {
  let db: TestDatabase;
  let fast: TestApi;
  let plain: TestApi;
  let toFast: Sender;
  let toPlain: Sender;
  let token: string;
  const compileQuery = jest.mocked(jit.compileQuery);
  beforeAll(async () => {
    compileQuery.mockImplementation(jest.requireActual("graphql-jit").compileQuery);
    db = await createTestDatabase();
    token = await arrange(db);
    fast = await startApi(db, { limits, levers: defaultLevers });
    plain = await startApi(db, { limits, levers: ALL_OFF });
    toFast = createSender(portOf(fast), 1);
    toPlain = createSender(portOf(plain), 1);
  });
  afterAll(async () => {
    toFast.close();
    toPlain.close();
    await fast.close();
    await plain.close();
    await db.close();
  });

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
    expect(fast.logged).toEqual([]);
    // Queries that are all refused, or never compiled, would prove little.
    expect(answered).toBeGreaterThan(DOCUMENTS / 5);
    expect(compileQuery.mock.calls.length).toBeGreaterThan(answered / 2);
  });
});
