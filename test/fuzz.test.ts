import type { AddressInfo } from "node:net";
import { defaultLimits } from "../src/limits";
import { createSchema } from "../src/schema";
import { countMismatches } from "../src/upvotes/upvote.service";
import { arrange } from "./fuzz/data";
import { fuzz } from "./fuzz/run";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";

/** `npm run fuzz` takes any seed, `npm run soak` many documents. */
const SEED = 20260105;
const DOCUMENTS = process.env.SOAK ? 100_000 : 400;

jest.setTimeout(process.env.SOAK ? 1_800_000 : 60_000);

describe(`${DOCUMENTS} random documents (seed ${SEED})`, () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db, {
      limits: { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 0, RATE_LIMIT_USER: 0, SUBSCRIBE_LIMIT_ADDRESS: 0 },
    });
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  test("are all answered with data or a documented error, tell nothing of the server, and leave it whole", async () => {
    const token = await arrange(db);
    const { port } = api.server.server.address() as AddressInfo;
    const { failures, outcomes } = await fuzz({
      port,
      schema: createSchema(),
      seed: SEED,
      documents: DOCUMENTS,
      token,
    });
    expect(failures.slice(0, 5)).toEqual([]);
    expect(api.logged.slice(0, 5)).toEqual([]);
    // Documents that are all refused would prove little.
    expect(outcomes.answered).toBeGreaterThan(DOCUMENTS / 4);
    expect(await db.run("select from upvotes")).not.toEqual([]);
    expect(await countMismatches(db)).toBe(0);
    expect(await api.data("{ __typename }")).toEqual({ __typename: "Query" });
  });
});
