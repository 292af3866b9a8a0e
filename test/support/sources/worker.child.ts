import { openDatabase } from "../../../src/db/database";
import type { Participant } from "./shared-clock";
import { type WorkerOptions, work } from "./workers";

/** What a worker in a process of its own asks of its parent's clock, by the number of the source that it reads. */
export interface ClockRequest {
  id: number;
  source: number;
  /** In ms. */
  sleep?: number;
}

export interface ClockAnswer {
  id: number;
  time: number;
}

export type ChildOptions = Omit<WorkerOptions, "db" | "join"> & { url: string };

const waiting = new Map<number, (time: number) => void>();
let requests = 0;
let sources = 0;

function ask(request: Omit<ClockRequest, "id">): Promise<number> {
  const id = requests++;
  process.send!({ id, ...request } satisfies ClockRequest);
  return new Promise((resolve) => waiting.set(id, resolve));
}

function join(): Participant {
  const source = sources++;
  return {
    now: async () => new Date(await ask({ source })),
    sleep: async (sleep) => void (await ask({ source, sleep })),
    leave: () => {},
  };
}

async function main({ url, ...options }: ChildOptions): Promise<void> {
  process.on("message", ({ id, time }: ClockAnswer) => {
    waiting.get(id)?.(time);
    waiting.delete(id);
  });
  await work({ ...options, db: await openDatabase(url), join });
  process.exit();
}

void main(JSON.parse(process.argv[2]!));
