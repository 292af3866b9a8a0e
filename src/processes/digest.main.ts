import { readConfig } from "../config/config";
import { runDigestCommand, USAGE as usage } from "../digests/digest.command";
import { digestSettings } from "../digests/digest.settings";
import { renderers } from "../digests/mail/renderers";
import { withDatabase } from "./with-database";

withDatabase({ usage }, async (db) => {
  const config = readConfig();
  const settings = await digestSettings(config);
  return runDigestCommand(db, process.argv.slice(2), { settings, renderers, now: new Date() });
});
