import type { Config } from "./config";

/** Optimizations, which never change a response: each can be switched off to measure it (`npm run bench -- --optimizations`). */
export interface Optimizations {
  /** Repeated queries are executed without going through Apollo Server again. */
  fastPath: boolean;
  /** Queries on the fast path are compiled to JavaScript. */
  compiledQueries: boolean;
  /** Reads of one kind within one cycle of the event loop are merged into one statement. */
  sharedReads: boolean;
  /** Votes on one paper that arrive while others are being written are written together. */
  groupedVotes: boolean;
  /** Megabytes of papers' content that are cached in memory; 0 for none. */
  contentCacheMb: number;
  /** Megabytes of anonymous responses that are cached for their max-age; 0 for none. */
  answerCacheMb: number;
}

export const defaultOptimizations: Optimizations = {
  fastPath: true,
  compiledQueries: true,
  sharedReads: true,
  groupedVotes: true,
  contentCacheMb: 128,
  answerCacheMb: 32,
};

/** Some are off while tracing: a trace shows every resolver, which needs graphql-js, and only its own statements. */
export function optimizationsOf(config: Config): Optimizations {
  const isTraced = config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  return {
    fastPath: config.FAST_PATH,
    compiledQueries: config.COMPILED_QUERIES && !isTraced,
    sharedReads: config.SHARED_READS && !isTraced,
    groupedVotes: config.GROUPED_VOTES,
    contentCacheMb: config.CONTENT_CACHE_MB,
    answerCacheMb: config.ANSWER_CACHE_MB,
  };
}
