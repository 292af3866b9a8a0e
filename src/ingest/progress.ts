import { SingleBar } from "cli-progress";
import type { ImportReport } from "./importer";

export interface Progress {
  update(report: Readonly<ImportReport>): void;
  /** A line that must not be lost in the bar. */
  line(text: string): void;
  stop(): void;
}

/** A bar with rate and remaining time on a terminal, a line per batch elsewhere. `total` is 0 when it is not known. */
export function createProgress(total: number): Progress {
  return process.stderr.isTTY ? bar(total) : lines();
}

function lines(): Progress {
  return {
    update: (report) => console.error(describe(report)),
    line: (text) => console.error(text),
    stop: () => {},
  };
}

function bar(total: number): Progress {
  const format = total > 0 ? "{bar} {value}/{total} items, {rate}/s, {eta_formatted} left" : "{value} items, {rate}/s";
  const single = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  const started = Date.now();
  single.start(total, 0, { rate: "0" });
  return {
    update: ({ read }) => single.update(read, { rate: Math.round((read * 1000) / Math.max(Date.now() - started, 1)) }),
    line: (text) => {
      process.stderr.write(`\r\u001b[K${text}\n`);
    },
    stop: () => single.stop(),
  };
}

export function describe({ read, created, updated, unchanged, rejected }: Readonly<ImportReport>): string {
  return `read ${read}, created ${created}, updated ${updated}, unchanged ${unchanged}, rejected ${rejected}`;
}
