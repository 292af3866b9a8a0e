import { createApp } from "../../src/app";
import { defaultLimits } from "../../src/config/limits";
import { defaultOptimizations } from "../../src/config/optimizations";
import { openDatabase } from "../../src/db/database";
import { createLog } from "../../src/log";
import { limitHeapGrowth } from "../../src/processes/heap-growth";
import { settings } from "../support/digests";

/** One caller makes all the load, so it is not limited to so many points a minute. */
const optimizations = { ...defaultOptimizations, ...JSON.parse(process.env.OPTIMIZATIONS ?? "{}") };
const limits = { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 0, RATE_LIMIT_USER: 0, SUBSCRIBE_LIMIT_ADDRESS: 0 };

limitHeapGrowth();

/** This project's API, as `npm start` runs it. */
void openDatabase(process.env.DATABASE_URL!).then(async (db) => {
  const app = await createApp(db, {
    explorer: false,
    limits,
    optimizations,
    log: createLog("info"),
    digests: settings,
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  process.send!((app.server.address() as { port: number }).port);
});
