import { megabytes, switchSetting } from "./setting-forms";

/** A setting for each optimization, so that each can be measured; see `settings`. */
export const optimizationSettings = {
  FAST_PATH: switchSetting("on", "Whether repeated queries are executed without going through Apollo Server again."),
  COMPILED_QUERIES: switchSetting(
    "on",
    "Whether queries on the fast path are compiled to JavaScript; never while tracing.",
  ),
  SHARED_READS: switchSetting(
    "on",
    "Whether reads of one kind that requests need at the same moment are merged into one statement; never while tracing.",
  ),
  GROUPED_VOTES: switchSetting(
    "on",
    "Whether votes on one paper that arrive while others are being written are written together.",
  ),
  CONTENT_CACHE_MB: {
    description:
      "Megabytes of papers' content that are cached in memory, by revision; 0 for none. A paper takes 3 to 4 kB, and half as much again for each selection of its fields that clients ask for.",
    default: "128",
    form: megabytes,
    expected: "a whole number from 0 to 9999",
  },
  ANSWER_CACHE_MB: {
    description: "Megabytes of responses to anonymous GETs that are cached for CACHE_MAX_AGE_SECONDS; 0 for none.",
    default: "32",
    form: megabytes,
    expected: "a whole number from 0 to 9999",
  },
} as const;
