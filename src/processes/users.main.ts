import { runUserCommand, USAGE as usage } from "../users/user-command";
import { withDatabase } from "./with-database";

withDatabase({ usage }, (db) => runUserCommand(db, process.argv.slice(2)));
