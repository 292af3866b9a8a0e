import { rm } from "node:fs/promises";
import type { EmbeddedServer } from "../../src/db/embedded/embedded";
import { admin, TEMPLATE } from "./database";

export default async function globalTeardown(): Promise<void> {
  await admin(`drop database if exists ${TEMPLATE} with (force)`);
  const { testServer } = globalThis as { testServer?: { server: EmbeddedServer; dataDir: string } };
  if (!testServer) return;
  await testServer.server.stop();
  await rm(testServer.dataDir, { recursive: true, force: true });
}
