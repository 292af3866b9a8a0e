import { getSchema } from "../../src/schema";
import { countMismatches } from "../../src/upvotes/upvote.service";
import { arrange } from "../fuzz/data";
import { fuzz } from "../fuzz/run";
import { portOf } from "../support/api";
import { unlimited } from "../support/limits";
import { useApi } from "../support/use-api";

/** `npm run fuzz` takes any seed, `npm run soak` many documents. */
const SEED = 20260106;
const DOCUMENTS = process.env.SOAK ? 100_000 : 400;

jest.setTimeout(process.env.SOAK ? 3_600_000 : 300_000);

describe(`${DOCUMENTS} random documents (seed ${SEED})`, () => {
  const t = useApi({
    limits: unlimited,
  });

  test("are all answered with data or a documented error, tell nothing of the server, and leave it whole", async () => {
    const token = await arrange(t.db);
    const port = portOf(t.api);
    const { failures, outcomes } = await fuzz({
      port,
      schema: getSchema(),
      seed: SEED,
      documents: DOCUMENTS,
      token,
    });
    expect(failures.slice(0, 5)).toEqual([]);
    expect(t.api.logged.slice(0, 5)).toEqual([]);
    // Documents that are all refused would prove little.
    expect(outcomes.answered).toBeGreaterThan(DOCUMENTS / 4);
    expect(await t.db.run("select from upvotes")).not.toEqual([]);
    expect(await countMismatches(t.db)).toBe(0);
    expect(await t.api.data("{ __typename }")).toEqual({ __typename: "Query" });
  });
});
