import { runTokenCommand } from "./users/token-command";
import { withDatabase } from "./with-database";

withDatabase((db) => runTokenCommand(db, process.argv.slice(2)));
