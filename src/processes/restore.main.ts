import { parseFile } from "../backup/command";
import { restore } from "../backup/restore.service";
import { withDatabase } from "./with-database";

withDatabase({ mayCreate: true }, async (_, url) => {
  const { file, isSet } = parseFile(process.argv.slice(2), "npm run restore -- FILE [--replace]", ["replace"]);
  await restore(url, file, { replace: isSet("replace") });
  return `${file} is restored. Clients of paperChanges are told to start again.`;
});
