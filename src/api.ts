import { lookup } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { GraphQLError } from "graphql";
import type { Redis } from "ioredis";
import { createApp } from "./app";
import type { Config } from "./config";
import { watchClock } from "./db/clock";
import { connectTo } from "./db/connect";
import type { ReplicaSettings } from "./db/replicas";
import type { Server } from "./db/server";
import { onPrimary } from "./db/session";
import { digestSettings } from "./digests/digest.settings";
import { runDigests } from "./digests/digest.worker";
import { openPostOffice } from "./digests/post-office";
import { ExpectedError } from "./expected-error";
import { rankFeeds } from "./feeds/ranking.service";
import { rankRegularly } from "./feeds/ranking.worker";
import { listenOn } from "./http/listen";
import { createMeasures } from "./http/measures";
import { createMetricsServer } from "./http/metrics";
import { hasPapers, loadSample, wantsSample } from "./ingest/sample";
import { leversOf } from "./levers";
import { timeoutsOf } from "./limits";
import { createLog, type Log } from "./log";
import { measureDatabase } from "./metrics";
import { aborted } from "./process";
import { forgetTokensRegularly } from "./users/token.worker";
import { welcome } from "./welcome";
import { within } from "./within";

/** Requests and mails that take longer to end are left, so that the database is still stopped in time. */
const DRAINING_MS = 6000;

/**
 * What failed in an answer was told in it. graphql-js 16 may leave one of several such failures to nobody, which must not
 * end the process; anything else that nobody hears of does.
 */
function hearFailures(): void {
  process.on("unhandledRejection", (reason) => {
    if (!(reason instanceof GraphQLError)) throw reason;
  });
}

/** Serves the API from a server of databases until the signal aborts; then stops that too. */
export async function runApi(config: Config, server: Server, signal: AbortSignal): Promise<void> {
  hearFailures();
  const say = (line: string) => console.log(line);
  const log = createLog(config.LOG_LEVEL);
  const timeouts = timeoutsOf(config);
  const db = await connectTo(server, { timeouts, replicas: replicaSettings(config, log) });
  const primary = onPrimary(db, "workers");
  const redis = config.REDIS_URL ? connectRedis(config.REDIS_URL, log) : null;
  try {
    if (wantsSample(config)) await loadSample(db, say);
    const digests = await digestSettings(config);
    const office = openPostOffice(digests, log);
    const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
    const measures = createMeasures();
    measureDatabase(measures.registry, db);
    const app = await createApp(db, {
      log,
      limits: config,
      levers: leversOf(config),
      explorer: config.EXPLORER,
      introspection: config.INTROSPECTION,
      oidc: issuer && audience ? { issuer, audience, mayMakeTokens: config.OIDC_TOKENS } : null,
      redis,
      trustProxy: config.TRUST_PROXY,
      measures,
      metricsToken: config.METRICS_TOKEN,
      digests,
      isEnding: () => signal.aborted,
    });
    try {
      // After an upgrade or a long pause no reader meets a feed that is not ranked yet.
      if (config.WORKER) await rankFeeds(primary);
      const isEmpty = !(await hasPapers(primary));
      const port = await listen(app, config.PORT, config.HOST, "PORT");
      const metrics =
        config.METRICS_PORT === undefined ? null : createMetricsServer(measures.registry, config.METRICS_TOKEN ?? null);
      if (metrics) await listen(metrics, config.METRICS_PORT!, config.METRICS_HOST, "METRICS_PORT", "METRICS_HOST");
      if (config.PORT === 0 && !config.PUBLIC_URL) digests.publicUrl = `http://localhost:${port}`;
      say(welcome(config, port, { outboxSecret: digests.outboxSecret, isEmpty }));
      const workers = config.WORKER
        ? [
            rankRegularly(primary, signal, log),
            runDigests(primary, office, signal),
            forgetTokensRegularly(primary, signal, log),
          ]
        : [];
      workers.push(watchClock(primary, signal, log));
      await aborted(signal);
      await sleep(config.SHUTDOWN_DELAY_MS);
      await within(DRAINING_MS - config.SHUTDOWN_DELAY_MS, Promise.all([app.close(), metrics?.close(), ...workers]));
    } catch (error) {
      // What has begun must not go on over a database that closes.
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

/** Never waits for Redis: while it is away, each process counts for itself. */
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

/** Browsers choose any address of localhost. */
async function addressesOf(host: string): Promise<[string, ...string[]]> {
  if (host !== "localhost") return [host];
  const [first, ...others] = new Set((await lookup(host, { all: true })).map(({ address }) => address));
  return [first ?? host, ...others];
}
