import type { Reading, Source, SourceDeps, TaskKind, Work } from "../../src/sources/source-loop";
import { openSources, runDueTask, workerName } from "../../src/sources/source-loop";
import type { Task } from "../../src/tasks/task-queue";
import type { TestDatabase } from "../support/database";

/** A clock that only moves when something waits, or the test says so. */
export class TestClock {
  constructor(
    time: number,
    /** Shared with sources. */
    private readonly shown = { now: time },
  ) {
    this.shown.now = time;
  }

  get time(): number {
    return this.shown.now;
  }

  set time(time: number) {
    this.shown.now = time;
  }

  now = async () => new Date(this.time);

  sleep = async (milliseconds: number) => {
    this.time += milliseconds;
  };
}

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** What a worker needs to read these sources by a test's clock. */
export function workerOf(
  db: TestDatabase,
  sources: Source[],
  clock: TestClock,
  over: Partial<SourceDeps> = {},
): SourceDeps {
  return { db, sources, clock, log: silent, owner: workerName(), signal: new AbortController().signal, ...over };
}

type Read = (tasks: Task[], work: Work) => Promise<Reading>;

/** A source of which a test says what reading it does. */
export function sourceOf(read: Read, over: Partial<TaskKind> = {}, spacingMs = 1000): Source {
  const plan: TaskKind = {
    kind: "plan",
    batch: 1,
    lanes: ["first"],
    read: async () => ({ finished: [{ key: "", dueAt: null, readAt: null }] }),
  };
  const day: TaskKind = { kind: "day", batch: 1, lanes: ["again", "first"], read, ...over };
  return { source: "huggingface", pace: { spacingMs, lostAfterMs: 60_000 }, kinds: [plan, day] };
}

/** Does all that is due; gives when something is due next. */
export async function runUntilIdle(worker: SourceDeps): Promise<Date | null> {
  for (;;) {
    const done = await runDueTask(worker);
    if (done !== "done") return done.nextAt;
  }
}

export { openSources };
