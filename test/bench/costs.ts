import { createApp } from "../../src/app";
import { defaultLimits } from "../../src/config/limits";
import { openDatabase } from "../../src/db/database";
import { createLog } from "../../src/log";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { settings } from "../support/digests";
import { signIn } from "../support/factories";
import { createHttpClient } from "../support/http-client";
import { type Measured, measureCost } from "../support/measure-costs";
import { pricedOperations } from "../support/operations/operations";
import { CATEGORIZE, LET_PAPERS_TREND, NEIGHBORS, readStock } from "../support/operations/stock";

const limits = { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 1e9, RATE_LIMIT_USER: 1e9, MAX_ACCESS_TOKENS: 1e6 };
const ROUNDS = { warmUp: 2, least: 5, ms: 500 };
const WIDTHS = [60, 8, 12, 12, 8];

/** Milliseconds a point of every kind of operation, and their ratio to those of a feed page: above 5 it is too cheap. */
export async function measureCosts(databaseUrl: string): Promise<void> {
  const db = await openDatabase(databaseUrl);
  await db.pool.query(`${LET_PAPERS_TREND}; ${CATEGORIZE}; ${NEIGHBORS}`);
  const operations = pricedOperations(await readStock(async (text) => (await db.pool.query(text)).rows));
  const token = await signIn(db, "measured", Object.values(AccessTokenScope));
  const app = await createApp(db, { explorer: false, limits, log: createLog("error"), digests: settings });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const sender = createHttpClient((app.server.address() as { port: number }).port, 1);
  printCells(["", "points", "ms", "ms a point", "ratio"]);
  for (const each of operations) print(await measureCost(sender, each, operations[0]!, token, ROUNDS));
  sender.close();
  await app.close();
  await db.close();
}

function print({ name, points, ms, ratio }: Measured): void {
  printCells([name, String(points), ms.toFixed(2), (ms / points).toFixed(4), ratio.toFixed(1)]);
}

function printCells(cells: string[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))).join(""));
}
