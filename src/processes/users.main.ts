import { runUserCommand } from "../users/user-command";
import { withDatabase } from "./with-database";

withDatabase((db) => runUserCommand(db, process.argv.slice(2)));
