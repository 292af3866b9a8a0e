import { registerEnumType } from "type-graphql";

export enum PaperSource {
  ARXIV = "ARXIV",
  OTHER = "OTHER",
}

registerEnumType(PaperSource, {
  name: "PaperSource",
  description: "Where a paper is published, as far as is known.",
  valuesConfig: {
    ARXIV: { description: "On arXiv: `arxivId` is set." },
    OTHER: { description: "Not known to be on arXiv: listed by a source without an arXiv id." },
  },
});
