import { Field, ID, Int, ObjectType } from "type-graphql";
import { DateScalar } from "../graphql/scalars";

const same = (type: () => unknown) =>
  Field(type as () => typeof String, { nullable: true, description: "As it was set." });

@ObjectType({
  simpleResolvers: true,
  description: "A PaperFilter as an output type (an input type cannot be one). Null: not set.",
})
export class WebhookFilter {
  @same(() => [String])
  keywords?: string[];

  @same(() => [String])
  excludeKeywords?: string[];

  @same(() => [String])
  categories?: string[];

  @same(() => [String])
  excludeCategories?: string[];

  @same(() => [ID])
  authorIds?: string[];

  @same(() => [ID])
  organizationIds?: string[];

  @same(() => [ID])
  near?: string[];

  @same(() => Int)
  minUpvotes?: number;

  @same(() => Boolean)
  hasCode?: boolean;

  @same(() => Boolean)
  withdrawn?: boolean;

  @same(() => Boolean)
  featured?: boolean;

  @same(() => DateScalar)
  featuredFrom?: string;

  @same(() => DateScalar)
  featuredTo?: string;

  @same(() => DateScalar)
  publishedFrom?: string;

  @same(() => DateScalar)
  publishedTo?: string;
}
