import type { Levers } from "../../src/levers";

/** The API with one lever off each. */
export const switchedOff: Record<string, Partial<Levers>> = {
  "no fast path": { fastPath: false },
  "not compiled": { compiledQueries: false },
  "not shared": { sharedReads: false },
  "not grouped": { groupedVotes: false },
  "no content": { contentCacheMb: 0 },
  "no answers": { answerCacheMb: 0 },
};
