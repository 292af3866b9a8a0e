import type { Config } from "./config";

/** What makes answers fast and never different: each can be switched off, to see what it gives (`npm run bench -- --levers`). */
export interface Levers {
  /** Queries that came before are answered without going through Apollo Server again. */
  fastPath: boolean;
  /** Queries on the fast path are compiled to JavaScript. */
  compiledQueries: boolean;
  /** Reads of one kind that come within one turn of the event loop are one statement. */
  sharedReads: boolean;
  /** Votes on one paper that come while others are written are written together. */
  groupedVotes: boolean;
  /** Megabytes of what papers say that are kept in memory; 0 for none. */
  contentCacheMb: number;
  /** Megabytes of finished anonymous answers that are kept for their max-age; 0 for none. */
  answerCacheMb: number;
}

export const defaultLevers: Levers = {
  fastPath: true,
  compiledQueries: true,
  sharedReads: true,
  groupedVotes: true,
  contentCacheMb: 64,
  answerCacheMb: 32,
};

/** A trace tells of every resolver, which only graphql-js lets it see, and of its own statements. */
export function leversOf(config: Config): Levers {
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
