import { openDatabase } from "../../../src/db/database";
import { createLog } from "../../../src/log";
import { createSendOptions } from "../../../src/webhooks/deliveries/send.service";
import { runWebhooks } from "../../../src/webhooks/webhook.worker";

/** Plans and sends webhooks to this machine, over http, in a process of its own, until it is killed. */
async function main(url: string, key: string): Promise<void> {
  const db = await openDatabase(url);
  const rules = { allow: { names: new Set<string>(), networks: ["127.0.0.0/8"] }, http: true };
  process.send!("ready");
  await runWebhooks(db, db, createSendOptions(key, rules, createLog("silent")), new AbortController().signal);
}

void main(process.argv[2]!, process.argv[3]!);
