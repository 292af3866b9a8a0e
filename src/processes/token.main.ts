import { runTokenCommand } from "../users/token-command";
import { withDatabase } from "./with-database";

const args = process.argv.slice(2);

withDatabase({ mayCreate: args[0] === "create" }, (db, _, config) =>
  runTokenCommand(db, args, config.MAX_ACCESS_TOKENS),
);
