import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** Starts a worker of webhooks in a process of its own. Gives what kills it, and resolves when it is gone. */
export async function startWebhookWorker(url: string, key: string): Promise<() => Promise<void>> {
  const child = fork(path.join(__dirname, "worker.child.ts"), [url, key], {
    execArgv: ["--require", require.resolve("../compiled")],
  });
  await once(child, "message");
  return async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
}
