import { runCountsCommand, USAGE as usage } from "../facets/counts-command";
import { withDatabase } from "./with-database";

withDatabase({ usage }, (db) => runCountsCommand(db, process.argv.slice(2)));
