import { runPaperCommand, USAGE as usage } from "../papers/paper-command";
import { withDatabase } from "./with-database";

withDatabase({ usage }, (db) => runPaperCommand(db, process.argv.slice(2)));
