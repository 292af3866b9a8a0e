import type { Optimizations } from "../../src/config/optimizations";

/** The API with one optimization off each. */
export const switchedOff: Record<string, Partial<Optimizations>> = {
  "no fast path": { fastPath: false },
  "not compiled": { compiledQueries: false },
  "not shared": { sharedReads: false },
  "not grouped": { groupedVotes: false },
  "no content": { contentCacheMb: 0 },
  "no answers": { answerCacheMb: 0 },
};
