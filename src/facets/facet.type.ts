import { Field, Int, ObjectType, registerEnumType } from "type-graphql";

export enum PaperFacet {
  TOPIC = "TOPIC",
  ORGANIZATION = "ORGANIZATION",
  CATEGORY = "CATEGORY",
  AUTHOR = "AUTHOR",
  FEATURED_MONTH = "FEATURED_MONTH",
}

registerEnumType(PaperFacet, {
  name: "PaperFacet",
  description: "What papers can be counted by, each with the fields of PaperFilter that take its values.",
  valuesConfig: {
    TOPIC: {
      description:
        "For `keywords`, which also keep papers that have the words in title or abstract: they may be more than are counted.",
    },
    ORGANIZATION: { description: "For `organizationIds`." },
    CATEGORY: { description: "For `categories`: arXiv's categories, and the archives that they are of." },
    AUTHOR: { description: "For `authorIds`." },
    FEATURED_MONTH: {
      description:
        "For `featuredFrom`: the first day of a month in which papers were featured; `featuredTo` is then the `endDate` of the Feed that is its node.",
    },
  },
});

@ObjectType({ simpleResolvers: true, description: "One value of a facet, with the number of papers that have it." })
export class PaperFacetValue {
  facet!: PaperFacet;

  /** The row's id, the category, or the month as 2026-05. */
  key!: string;

  @Field(() => String, { description: "As PaperFilter takes it: see `PaperFacet`." })
  value!: string;

  @Field(() => String, { description: "To be shown to people." })
  label!: string;

  @Field(() => Int, { description: "How many of the counted papers have it; a paper may have several." })
  count!: number;
}

@ObjectType({ simpleResolvers: true, description: "The values of one facet that most papers have." })
export class PaperFacetCounts {
  @Field(() => PaperFacet, { description: "What the papers are counted by." })
  facet!: PaperFacet;

  @Field(() => Boolean, { description: "False when there are more papers than were counted: see `paperFacets`." })
  isExact!: boolean;

  @Field(() => [PaperFacetValue], { description: "Those of most papers first; values that no paper has are left out." })
  values!: PaperFacetValue[];
}
