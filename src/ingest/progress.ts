import { SingleBar } from "cli-progress";
import type { ImportReport } from "./batch-merger";

export interface Progress {
  /** Sets the part of the input that has been read, 0 to 1. */
  part(part: number): void;
  update(report: Readonly<ImportReport>): void;
  /** Prints a line above the bar. */
  line(text: string): void;
  stop(): void;
}

/** On a terminal, a bar with rate and remaining time (no bar while no part is known); elsewhere one line per batch. */
export function createProgress(): Progress {
  return process.stderr.isTTY ? bar() : lines();
}

function lines(): Progress {
  return {
    part: () => {},
    update: (report) => console.error(describe(report)),
    line: (text) => console.error(text),
    stop: () => {},
  };
}

const STEPS = 1000;

function bar(): Progress {
  const started = Date.now();
  let known = 0;
  const single = new SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: (_, { progress, eta }, { read }) => {
      const rate = Math.round((read * 1000) / Math.max(Date.now() - started, 1));
      const done = Math.round(progress * 20);
      const shown = known > 0 ? `${"█".repeat(done)}${"░".repeat(20 - done)} ${Math.round(progress * 100)}%, ` : "";
      return `${shown}${read} items, ${rate}/s${known > 0 ? `, ${eta} s left` : ""}`;
    },
  });
  single.start(STEPS, 0, { read: 0 });
  return {
    part: (part) => {
      known = part;
    },
    update: ({ read }) => single.update(Math.round(known * STEPS), { read }),
    line: (text) => {
      process.stderr.write(`\r\u001b[K${text}\n`);
    },
    stop: () => single.stop(),
  };
}

export function describe({ read, created, updated, unchanged, rejected }: Readonly<ImportReport>): string {
  return `read ${read}, created ${created}, updated ${updated}, unchanged ${unchanged}, rejected ${rejected}`;
}
