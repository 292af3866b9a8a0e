import { registerEnumType } from "type-graphql";

export enum SearchMode {
  KEYWORD = "KEYWORD",
  MEANING = "MEANING",
  HYBRID = "HYBRID",
}

registerEnumType(SearchMode, {
  name: "SearchMode",
  description: "What a search goes by.",
  valuesConfig: {
    KEYWORD: { description: "Papers with the words." },
    MEANING: { description: "Papers about what the words mean, whether they have them or not." },
    HYBRID: { description: "Both: what is found by words and by meaning comes first." },
  },
});

export enum SearchArm {
  KEYWORD = "KEYWORD",
  MEANING = "MEANING",
}

registerEnumType(SearchArm, {
  name: "SearchArm",
  description: "How a search found a paper.",
  valuesConfig: {
    KEYWORD: { description: "By its words, or by words that are spelt alike." },
    MEANING: { description: "By what it is about." },
  },
});
