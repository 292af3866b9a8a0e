import type { Measure, Measures } from "./measure";

/** The measures as a table in Markdown. */
export function tableOf(
  { keywords, vectors, fused }: Measures,
  { unseen, dimensions }: { unseen: number; dimensions: number },
) {
  return [
    `| title finds its own abstract among ${unseen.toLocaleString("en")} | MRR | in the first 10 | neighbours of the same category (10) |`,
    "| --- | --- | --- | --- |",
    row("tf-idf alone", keywords),
    row(`vectors alone, ${dimensions} dimensions in int8`, vectors),
    row("fused (reciprocal ranks, k = 60)", fused),
  ].join("\n");
}

function row(name: string, { meanReciprocalRank, inFirstTen, sameCategory }: Measure): string {
  const cells = [meanReciprocalRank, inFirstTen, sameCategory].map((part) => part?.toFixed(3) ?? "");
  return `| ${name} | ${cells.join(" | ")} |`;
}
