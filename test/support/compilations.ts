import { Module } from "node:module";
import type * as Jit from "graphql-jit";

/** Calls of graphql-jit's compileQuery while a test file runs, which the code loads when it first compiles. */
export function watchCompilations(): { count(): number; reset(): void; stop(): void } {
  const file = require.resolve("graphql-jit");
  const actual = require("graphql-jit") as typeof Jit;
  const cached = (Module as unknown as { _cache: Record<string, NodeModule> })._cache[file]!;
  let count = 0;
  const compileQuery: typeof Jit.compileQuery = (...args) => {
    count++;
    return actual.compileQuery(...args);
  };
  cached.exports = { ...actual, compileQuery };
  return {
    count: () => count,
    reset: () => {
      count = 0;
    },
    stop: () => {
      cached.exports = actual;
    },
  };
}
