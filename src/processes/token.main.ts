import { runTokenCommand } from "../users/token-command";
import { withDatabase } from "./with-database";

withDatabase((db, _, config) => runTokenCommand(db, process.argv.slice(2), config.MAX_ACCESS_TOKENS));
