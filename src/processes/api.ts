import { lookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { GraphQLError } from "graphql";
import type { Redis } from "ioredis";
import { createApp } from "../app";
import { withTimeout } from "../async/with-timeout";
import type { Config } from "../config/config";
import { ExpectedError } from "../config/expected-error";
import { optimizationsOf } from "../config/optimizations";
import { watchClock } from "../db/clock";
import { connectTo } from "../db/connect";
import type { ReplicaSettings } from "../db/replicas/replicas";
import { onPrimary } from "../db/request-db";
import type { Server } from "../db/server";
import { timeoutsOf } from "../db/timeouts";
import { createSendOptions } from "../digests/deliveries/send.service";
import { digestSettings } from "../digests/digest.settings";
import { runDigests } from "../digests/digest.worker";
import { rankFeeds } from "../feeds/rank-feeds.service";
import { rankRegularly } from "../feeds/ranking.worker";
import { listenOn } from "../http/listen";
import { createMetricsServer } from "../http/metrics.routes";
import { createOperationMetrics } from "../http/operation-metrics";
import type { TrustedText } from "../http/trusted-documents/read-files";
import { hasPapers, loadSample, wantsSample } from "../ingest/sample";
import { createLog, type Log } from "../log";
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
import { measureDatabase } from "./database-metrics";
import { measureMeaning } from "./meaning-metrics";
import { aborted } from "./run-process";
import { measureSources } from "./source-metrics";
import { measureWebhooks } from "./webhook-metrics";
import { welcome } from "./welcome";

/** Requests, mails and webhooks that take longer to finish are abandoned, so that the database can still be stopped in time. */
const DRAINING_MS = 6000;

/**
 * Errors of fields are reported in the response. graphql-js 16 may leave the rejection of one of several unhandled, which must
 * not end the process; any other unhandled rejection does.
 */
function ignoreGraphqlRejections(): void {
  process.on("unhandledRejection", (reason) => {
    if (!(reason instanceof GraphQLError)) throw reason;
  });
}

/** Serves the API from a database server until the signal aborts; then stops that server too. */
export async function runApi(
  config: Config,
  server: Server,
  signal: AbortSignal,
  trustedDocuments: readonly TrustedText[],
): Promise<void> {
  ignoreGraphqlRejections();
  const say = (line: string) => console.log(line);
  const log = createLog(config.LOG_LEVEL);
  const timeouts = timeoutsOf(config);
  const db = await connectTo(server, { timeouts, replicas: replicaSettings(config, log) });
  const primary = onPrimary(db, "workers");
  const redis = config.REDIS_URL ? connectRedis(config.REDIS_URL, log) : null;
  try {
    if (wantsSample(config)) await loadSample(db, say);
    const digests = await digestSettings(config);
    const sending = createSendOptions(digests, log);
    const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
    const operationMetrics = createOperationMetrics();
    measureDatabase(operationMetrics.registry, db);
    measureSources(operationMetrics.registry, primary, config.SOURCES);
    measureWebhooks(operationMetrics.registry, primary);
    if (config.MEANING_INDEX === "auto") await addVectorColumn(db, log);
    const vectorIndexes = new VectorIndexes(db.primary, config.MEANING_INDEX);
    const embeddings = readEndpoint(config);
    measureMeaning(operationMetrics.registry, primary);
    const app = await createApp(db, {
      log,
      limits: config,
      optimizations: optimizationsOf(config),
      explorer: config.EXPLORER,
      introspection: config.INTROSPECTION,
      trustedDocuments,
      agents: config.MCP,
      trustedOnly: config.TRUSTED_DOCUMENTS_ONLY,
      oidc: issuer && audience ? { issuer, audience, mayMakeTokens: config.OIDC_TOKENS } : null,
      redis,
      trustProxy: config.TRUST_PROXY,
      metrics: operationMetrics,
      metricsToken: config.METRICS_TOKEN,
      digests,
      webFeeds: { hub: config.WEBSUB_HUB ?? null, tag: config.FEED_TAG ?? null },
      sources: config.SOURCES,
      webhookRules: receiverRules(config),
      vectorIndexes,
      embeddings,
      isEnding: () => signal.aborted,
    });
    try {
      // So that after an upgrade or a long pause no reader finds a feed that is not ranked yet.
      if (config.WORKER) await rankFeeds(primary);
      const isEmpty = !(await hasPapers(primary));
      const port = await listen(app, config.PORT, config.HOST, "PORT");
      const metrics =
        config.METRICS_PORT === undefined
          ? null
          : createMetricsServer(operationMetrics.registry, config.METRICS_TOKEN ?? null);
      if (metrics) await listen(metrics, config.METRICS_PORT!, config.METRICS_HOST, "METRICS_PORT", "METRICS_HOST");
      if (config.PORT === 0 && !config.PUBLIC_URL) digests.publicUrl = `http://localhost:${port}`;
      say(welcome(config, port, { outboxSecret: digests.outboxSecret, isEmpty, trustedDocuments }));
      const workers = config.WORKER
        ? [
            rankRegularly(primary, signal, log),
            runDigests(primary, sending, signal),
            forgetTokensRegularly(primary, signal, log),
            reindexInBackground(primary, signal, log),
            compareInBackground(primary, vectorIndexes, log, signal, wantedModel(config.EMBEDDINGS_MODEL ?? null)),
            embedInBackground(primary, embeddings, log, signal),
            fillFromSources(db, config, log, signal),
            tellHub(primary, config.WEBSUB_HUB, {
              publicUrl: () => digests.publicUrl,
              maxAge: config.CACHE_MAX_AGE_SECONDS,
              log,
              signal,
            }),
            runWebhooks(db, primary, webhookSendOptions(digests.secret, receiverRules(config), log), signal),
          ]
        : [];
      workers.push(watchClock(primary, signal, log));
      await aborted(signal);
      await sleep(config.SHUTDOWN_DELAY_MS);
      await withTimeout(
        DRAINING_MS - config.SHUTDOWN_DELAY_MS,
        Promise.all([app.close(), metrics?.close(), ...workers]),
      );
    } catch (error) {
      // Requests in flight must not go on while the database closes.
      await app.close();
      throw error;
    }
  } finally {
    redis?.disconnect();
    await db.close();
  }
}

function replicaSettings(config: Config, log: Log): ReplicaSettings | null {
  const { DATABASE_REPLICA_URLS: urls, MAX_REPLICA_LAG_MS: maxLag } = config;
  if (!urls) return null;
  const onChange: ReplicaSettings["onChange"] = (replica, state) => {
    if (state === "fresh") log.info({ replica }, "a replica is read");
    else log.warn({ replica, state }, "a replica is left out");
  };
  return { urls, maxLag, onChange };
}

/** Never waits for Redis: while it is unavailable, each process counts for itself. */
function connectRedis(url: string, log: Log): Redis {
  const { Redis: Client } = require("ioredis") as { Redis: typeof Redis };
  const redis = new Client(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 500 });
  let isAway = false;
  redis.on("ready", () => {
    isAway = false;
  });
  redis.on("error", (err) => {
    if (!isAway)
      log.warn({ err }, "Redis is away: rate limits count in each process alone, and persisted queries are sent again");
    isAway = true;
  });
  return redis;
}

/** The port that a server listens on. */
async function listen(
  server: FastifyInstance,
  port: number,
  host: string,
  setting: string,
  hostSetting = "HOST",
): Promise<number> {
  try {
    return await listenOn(server, port, await addressesOf(host));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE")
      throw new ExpectedError(`Port ${port} on ${host} is taken; set ${setting} to another one, e.g. ${setting}=4001.`);
    if (code === "EACCES")
      throw new ExpectedError(
        `Port ${port} on ${host} may not be used by this user; set ${setting} to one above 1023.`,
      );
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new ExpectedError(`${hostSetting} ${host} is not an address of this machine.`);
    throw error;
  }
}

/** All addresses of localhost, as browsers may choose any. */
async function addressesOf(host: string): Promise<[string, ...string[]]> {
  if (host !== "localhost") return [host];
  const [first, ...others] = new Set((await lookup(host, { all: true })).map(({ address }) => address));
  return [first ?? host, ...others];
}
