import { parseArgs } from "node:util";
import { getSchema } from "../../src/schema";
import { countMismatches } from "../../src/upvotes/upvote.service";
import { portOf, startApi } from "../support/api";
import { createTestDatabase } from "../support/database";
import globalSetup from "../support/global-setup";
import globalTeardown from "../support/global-teardown";
import { unlimited } from "../support/limits";
import { arrange } from "./data";
import { fuzz } from "./run";

/** `npm run fuzz -- --seed N --documents N`: prints the seed, and each document that was answered as none may be. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: "string" }, documents: { type: "string" } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  const documents = Number(values.documents ?? 30_000);
  console.log(`seed ${seed}, ${documents} documents`);
  await globalSetup();
  try {
    const db = await createTestDatabase();
    const token = await arrange(db);
    const api = await startApi(db, {
      limits: unlimited,
    });
    const port = portOf(api);
    const { failures, outcomes } = await fuzz({ port, schema: getSchema(), seed, documents, token });
    const mismatches = await countMismatches(db);
    console.log(outcomes);
    for (const failure of failures) console.log(JSON.stringify(failure, null, 2));
    for (const line of api.logged) console.log(JSON.stringify(line));
    if (mismatches > 0) console.log(`${mismatches} papers have a count that is not that of their votes`);
    if (failures.length > 0 || mismatches > 0 || api.logged.length > 0) process.exitCode = 1;
    await api.close();
    await db.close();
  } finally {
    await globalTeardown();
  }
}

void main();
