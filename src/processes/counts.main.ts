import { runCountsCommand } from "../facets/counts-command";
import { withDatabase } from "./with-database";

withDatabase({ mayCreate: false }, (db) => runCountsCommand(db, process.argv.slice(2)));
