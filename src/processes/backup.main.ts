import { stat } from "node:fs/promises";
import { backUp } from "../backup/backup.service";
import { parseFile } from "../backup/command";
import { withDatabase } from "./with-database";

const usage = "Usage:\n  npm run backup -- FILE";

withDatabase({ usage }, async (db) => {
  const { file } = parseFile(process.argv.slice(2), usage);
  await backUp(db, file);
  return `${file} holds all rows as of now, in ${(await stat(file)).size} bytes. Keep it secret, and DIGEST_SECRET (or digest-secret in DATA_DIR) too.`;
});
