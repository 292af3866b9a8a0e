import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";

/** Only Linux tells it. */
export const tellsMemory = process.platform === "linux";

/** The most that a running process ever had in memory, in megabytes. */
export async function mostMemory({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024;
}
