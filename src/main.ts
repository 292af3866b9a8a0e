import type { FastifyInstance } from "fastify";
import { createApp } from "./app";
import { type Config, readConfig } from "./config";
import { connect } from "./db/connect";
import { ExpectedError } from "./expected-error";
import { rankFeeds } from "./feeds/ranking.service";
import { rankRegularly } from "./feeds/ranking.worker";
import { loadSample } from "./ingest/sample";
import { aborted, rejectArguments, runProcess } from "./process";
import { welcome } from "./welcome";

runProcess(async (signal) => {
  rejectArguments(process.argv.slice(2));
  const config = readConfig();
  const log = (line: string) => console.log(line);
  const db = await connect({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, log });
  try {
    await loadSample(db, log);
    const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
    const oidc = issuer && audience ? { issuer, audience } : null;
    const app = await createApp(db, { explorer: config.EXPLORER, oidc });
    // After an upgrade or a long pause no reader meets a feed that is not ranked yet.
    if (config.WORKER) await rankFeeds(db, new Date());
    log(welcome(config, await listen(app, config)));
    const failed = (line: object, message: string) => console.error(message, line);
    const worker = config.WORKER ? rankRegularly(db, signal, failed) : null;
    await aborted(signal);
    await Promise.all([app.close(), worker]);
  } finally {
    await db.close();
  }
});

/** The port that the API listens on. */
async function listen(app: FastifyInstance, { PORT, HOST }: Config): Promise<number> {
  try {
    await app.listen({ port: PORT, host: HOST });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE")
      throw new ExpectedError(`Port ${PORT} on ${HOST} is taken; set PORT to another one, e.g. PORT=4001.`);
    if (code === "EACCES")
      throw new ExpectedError(`Port ${PORT} on ${HOST} may not be used by this user; set PORT to one above 1023.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new ExpectedError(`HOST ${HOST} is not an address of this machine.`);
    throw error;
  }
  const address = app.server.address();
  return typeof address === "object" && address ? address.port : PORT;
}
