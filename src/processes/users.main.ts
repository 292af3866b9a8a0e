import { runUserCommand } from "../users/user-command";
import { withDatabase } from "./with-database";

withDatabase({ mayCreate: false }, (db) => runUserCommand(db, process.argv.slice(2)));
