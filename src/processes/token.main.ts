import { runTokenCommand, USAGE as usage } from "../users/token-command";
import { withDatabase } from "./with-database";

withDatabase({ usage }, (db, _, config) => runTokenCommand(db, process.argv.slice(2), config.MAX_ACCESS_TOKENS));
