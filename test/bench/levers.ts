import type { Ours } from "./contenders";

/** The API with one lever off each. */
export const switchedOff: Record<string, Ours> = {
  "no fast path": { levers: { fastPath: false } },
  "not compiled": { levers: { compiledQueries: false } },
  "no look-ahead": { levers: { lookAhead: false } },
  "no content": { levers: { contentCacheMb: 0 } },
  "no answers": { levers: { answerCacheMb: 0 } },
  "16 MB young": { semiSpace: 16 },
};
