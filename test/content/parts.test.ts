import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Parts } from "../../src/content/parts";
import { EncodedPart } from "../../src/graphql/encoded-parts";

/** Some 45 MB: what earlier test files of this process still free is little beside it. */
const PAPERS = 20_000;

/** Of JavaScript objects and of buffers, after what nobody has is freed. */
function usedBytes(): number {
  setFlagsFromString("--expose-gc");
  const gc: () => void = runInNewContext("gc");
  // V8 drops the bytecode of functions that were not called between so many collections.
  for (let i = 0; i < 8; i++) gc();
  return getHeapStatistics().used_heap_size + process.memoryUsage().external;
}

const partOf = (bytes: number) => new EncodedPart(Buffer.allocUnsafeSlow(bytes));

describe("the encoded parts of a paper", () => {
  test("count for about the memory that they take", () => {
    const before = usedBytes();
    const papers = Array.from({ length: PAPERS }, (_, i) => new Parts(i, () => true));
    for (const parts of papers)
      for (const selection of ["{ title }", "{ abstract }"]) parts.set(selection, partOf(1000));
    const counted = papers.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(counted / (usedBytes() - before)).toBeGreaterThan(0.8);
    expect(counted / (usedBytes() - before)).toBeLessThan(1.3);
  });

  test("are dropped when they are too many, and count anew", () => {
    const counted: number[] = [];
    const parts = new Parts(1, (_, { bytes }) => counted.push(bytes) > 0);
    for (let i = 0; i < 9; i++) parts.set(`{ selection${i} }`, partOf(100));
    expect(parts.get("{ selection0 }")).toBeUndefined();
    expect(parts.get("{ selection8 }")?.bytes).toHaveLength(100);
    expect(counted).toHaveLength(9);
    expect(counted[8]).toBe(counted[0]);
  });

  test("are not kept for content that is not", () => {
    const parts = new Parts(1, () => false);
    parts.set("{ title }", partOf(100));
    expect(parts.get("{ title }")).toBeUndefined();
  });
});
