import { rm } from "node:fs/promises";
import type { EmbeddedServer } from "../../src/db/embedded/embedded";
import { admin, SAMPLE_TEMPLATE, TEMPLATE } from "./database";

export default async function globalTeardown(): Promise<void> {
  for (const name of [TEMPLATE, SAMPLE_TEMPLATE]) await admin(`drop database if exists ${name} with (force)`);
  const { testServer, compiledFolder, memoryFolder } = globalThis as {
    testServer?: { server: EmbeddedServer; dataDir: string };
    compiledFolder?: string;
    memoryFolder?: string;
  };
  await testServer?.server.stop();
  for (const folder of [testServer?.dataDir, compiledFolder, memoryFolder]) {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}
