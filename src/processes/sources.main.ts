import { createLog } from "../log";
import { databaseClock } from "../sources/source-clock";
import { workerName } from "../sources/source-loop";
import { runSourcesCommand, USAGE as usage } from "../sources/sources-command";
import { withDatabase } from "./with-database";

withDatabase({ usage }, (db, _, settings, signal) =>
  runSourcesCommand(
    { db, settings, signal, clock: databaseClock(db), owner: workerName(), log: createLog("silent") },
    process.argv.slice(2),
  ),
);
