import { parseFile } from "../backup/command";
import { restore } from "../backup/restore.service";
import { withDatabase } from "./with-database";

const usage = "Usage:\n  npm run restore -- FILE [--replace]";

withDatabase({ usage, mayCreate: true }, async (_, url) => {
  const { file, isSet } = parseFile(process.argv.slice(2), usage, ["replace"]);
  await restore(url, file, { replace: isSet("replace") });
  return `${file} is restored. Clients of paperChanges are told to start again.`;
});
