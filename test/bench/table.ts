import type { Measured } from "./compare";

const WIDTHS = [13, 14, 8, 10, 10];

type Say = (line: string) => void;

export function printHead(say: Say, base: string): void {
  say(`Ratios are to ${base}: medians of rounds in turn.\n`);
  printCells(say, ["", "", "ratio", "p50", "p99"]);
}

export function printRow(say: Say, name: string, contender: string, { ratio, p50, p99 }: Measured): void {
  printCells(say, [name, contender, ratio.toFixed(2), `${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`]);
}

function printCells(say: Say, cells: string[]): void {
  say(
    cells
      .map((cell, i) => cell.padEnd(WIDTHS[i]!))
      .join(" ")
      .trimEnd(),
  );
}
