import { fork } from "node:child_process";
import path from "node:path";
import type { Participant } from "./shared-clock";
import type { ChildOptions, ClockAnswer, ClockRequest } from "./worker.child";

/** Starts a worker in a process of its own, which lives by clocks of this process, one for each source. Gives what kills it. */
export function startChildWorker(options: ChildOptions, clocks: Participant[]): () => void {
  const child = fork(path.join(__dirname, "worker.child.ts"), [JSON.stringify(options)], {
    execArgv: ["--require", require.resolve("../compiled")],
  });
  const { signal } = new AbortController();
  child.on("message", async ({ id, source, sleep }: ClockRequest) => {
    const clock = clocks[source]!;
    if (sleep !== undefined) await clock.sleep(sleep, signal);
    const time = (await clock.now()).getTime();
    if (child.connected) child.send({ id, time } satisfies ClockAnswer);
  });
  child.once("exit", () => {
    for (const clock of clocks) clock.leave();
  });
  return () => child.kill("SIGKILL");
}
