import { registerEnumType } from "type-graphql";
import type { sourceNames } from "../config/source-settings";

/** By its name in the graph, a source's name in settings and tables. */
export const SourceKind = { HUGGINGFACE: "huggingface", ARXIV: "arxiv" } as const satisfies Record<
  string,
  (typeof sourceNames)[number]
>;

export type SourceKind = (typeof SourceKind)[keyof typeof SourceKind];

registerEnumType(SourceKind, {
  name: "SourceKind",
  description: "A source that can fill the site by itself.",
  valuesConfig: {
    HUGGINGFACE: { description: "Hugging Face's Daily Papers: days of papers, with their votes, comments and code." },
    ARXIV: { description: "arXiv: what it says about each paper that has an arXiv id." },
  },
});
