import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addressOf, ask, type Running, run, serverPid, useDataDir } from "../../support/processes";

jest.setTimeout(60_000);

/** What the server says of itself in the last line of its pid file: starting, ready, stopping. */
async function statusOf(dataDir: string): Promise<string> {
  const file = await readFile(path.join(dataDir, "postgres/postmaster.pid"), "utf8").catch(() => "");
  return file.trim().split("\n").at(-1)!.trim();
}

const FEED = '{ feed(on: "2025-11-05") { papers(first: 1) { totalCount } } }';

describe("two APIs on one data folder", () => {
  const t = useDataDir();
  let first: Running;
  let second: Running;
  /** That first starts which come at once share the server and the sample is tested in processes.test.ts. */
  const start = (env: Record<string, string> = {}) =>
    run("api.main", [], { DATA_DIR: t.dataDir, SAMPLE: "off", ...env });

  test("a server that was killed with its API, its number now another program's, is started anew", async () => {
    const killed = start();
    await addressOf(killed);
    killed.child.kill("SIGKILL");
    const pid = await serverPid(t.dataDir);
    process.kill(pid!, "SIGKILL");
    await killed.ended;
    while (await serverPid(t.dataDir)) await sleep(20);
    const pidFile = path.join(t.dataDir, "postgres/postmaster.pid");
    await writeFile(pidFile, (await readFile(pidFile, "utf8")).replace(/^\d+/, String(process.pid)));
    first = start();
    expect((await ask(await addressOf(first), FEED)).errors).toBeUndefined();
  });

  test("a second API joins; when the first stops the server, the second brings it back and answers on", async () => {
    second = start({ SHUTDOWN_DELAY_MS: "1000" });
    const address = await addressOf(second);
    const pid = await serverPid(t.dataDir);
    first.child.kill("SIGINT");
    await second.waitForOutput("starting it again");
    const isReady = async () => (await statusOf(t.dataDir)) === "ready" && (await serverPid(t.dataDir)) !== pid;
    while (!(await isReady())) await sleep(20);
    const readyAt = Date.now();
    const answered = async () => (await ask(address, FEED).catch(() => ({ errors: [] }))).errors === undefined;
    while (!(await answered())) await sleep(20);
    expect(Date.now() - readyAt).toBeLessThan(2000);
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - readyAt).toBeLessThan(5000);
  });

  test("told to end, it serves on for SHUTDOWN_DELAY_MS while it says that it is not ready, and stops the server", async () => {
    const address = await addressOf(second);
    second.child.kill("SIGTERM");
    const ready = address.replace("/graphql", "/readyz");
    while ((await fetch(ready)).status !== 503) await sleep(10);
    expect((await ask(address, FEED)).errors).toBeUndefined();
    expect(await second.ended).toEqual({ code: 0, signal: null });
    expect(await serverPid(t.dataDir)).toBeNull();
  });
});
