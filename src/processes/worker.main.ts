import "./tracing";
import { withTimeout } from "../async/with-timeout";
import { readConfig } from "../config/config";
import { watchClock } from "../db/clock";
import { connect } from "../db/connect";
import { createSendOptions } from "../digests/deliveries/send.service";
import { digestSettings } from "../digests/digest.settings";
import { runDigests } from "../digests/digest.worker";
import { rankRegularly } from "../feeds/ranking.worker";
import { createLog } from "../log";
import { embedInBackground } from "../meaning/endpoint/embedding.worker";
import { readEndpoint } from "../meaning/endpoint/endpoint";
import { addVectorColumn } from "../meaning/index/vector-column";
import { compareInBackground } from "../meaning/meaning.worker";
import { wantedModel } from "../meaning/models.service";
import { VectorIndexes } from "../meaning/vector-indexes";
import { reindexInBackground } from "../search/reindexing.worker";
import { fillFromSources } from "../sources/source.worker";
import { forgetTokensRegularly } from "../users/token.worker";
import { tellHub } from "../web-feeds/hub.worker";
import { createSendOptions as webhookSendOptions } from "../webhooks/deliveries/send.service";
import { receiverRules } from "../webhooks/receivers/receiver-url";
import { runWebhooks } from "../webhooks/webhook.worker";
import { aborted, rejectArguments, runProcess } from "./run-process";

/** A mail that takes longer to finish is abandoned and becomes UNKNOWN; a webhook is sent again. */
const DRAINING_MS = 6000;

runProcess(async (signal) => {
  rejectArguments(process.argv.slice(2));
  const config = readConfig();
  const log = (line: string) => console.log(line);
  const db = await connect({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, log });
  try {
    const workerLog = createLog(config.LOG_LEVEL);
    const digests = await digestSettings(config);
    const sending = createSendOptions(digests, workerLog);
    if (config.MEANING_INDEX === "auto") await addVectorColumn(db, workerLog);
    const vectorIndexes = new VectorIndexes(db.primary, config.MEANING_INDEX);
    const model = wantedModel(config.EMBEDDINGS_MODEL ?? null);
    const reads = config.SOURCES.length > 0 ? `reads ${config.SOURCES.join(" and ")}, ` : "";
    log(`The worker ${reads}ranks feeds, compares papers, and sends digests and webhooks. Stop with Ctrl-C.`);
    const work = Promise.all([
      rankRegularly(db, signal, workerLog),
      runDigests(db, sending, signal),
      watchClock(db, signal, workerLog),
      forgetTokensRegularly(db, signal, workerLog),
      reindexInBackground(db, signal, workerLog),
      compareInBackground(db, vectorIndexes, workerLog, signal, model),
      embedInBackground(db, readEndpoint(config), workerLog, signal),
      fillFromSources(db, config, workerLog, signal),
      tellHub(db, config.WEBSUB_HUB, {
        publicUrl: () => digests.publicUrl,
        maxAge: config.CACHE_MAX_AGE_SECONDS,
        log: workerLog,
        signal,
      }),
      runWebhooks(db, db, webhookSendOptions(digests.secret, receiverRules(config), workerLog), signal),
    ]);
    await aborted(signal);
    await withTimeout(DRAINING_MS, work);
  } finally {
    await db.close();
  }
});
