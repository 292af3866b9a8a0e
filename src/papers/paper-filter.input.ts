import { Field, ID, InputType, Int } from "type-graphql";
import { DateScalar } from "../graphql/scalars";
import { LIKENESS } from "./likeness";

@InputType({
  description:
    "Which papers to keep: those that match all fields, and of each list at least one value (of an empty list any, as if it were left out); `excludeKeywords` and `excludeCategories` win. Lists, feeds, search and digests share it, so a digest holds what exploring with the same filter shows.",
})
export class PaperFilter {
  @Field(() => [String], {
    nullable: true,
    description:
      "Words or phrases; title, abstract or keywords must match one of them (full-text, English stems, accents ignored). At most 20, each of 1 to 100 characters and with a word that is not a stop word.",
  })
  keywords?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: "Words or phrases, as in `keywords`: a paper that matches one of them is left out.",
  })
  excludeKeywords?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "arXiv's categories; the paper has one of them, primary or not: `cs.CL`, or `cs` for each of that archive. In any case; at most 20. Papers whose categories are unknown are left out.",
  })
  categories?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "Categories, as in `categories`: a paper that has one of them is left out. Papers whose categories are unknown are kept.",
  })
  excludeCategories?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      "Ids of authors; the paper names one of them. At most 100. Those that do not exist keep no paper, and a filter that is stored or listened to is refused for them.",
  })
  authorIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      "Ids of organizations; the paper is credited to one of them. At most 100. Those that do not exist are treated as in `authorIds`.",
  })
  organizationIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: `Ids of papers; the paper is like them, by the meaning of title and abstract: its likeness, as in \`similarPapers\`, is ${LIKENESS} or more. That bound was measured with the model that comes with the project; by a site's own model it may keep nearly all papers, or none. At most 20; an id of no paper is refused. Of lists of all papers only the 5000 nearest are kept. A paper whose words are unknown is like none, and none is like it: a filter that is stored or listened to needs one with a known word. Papers of a stored filter that are deleted later do not count any more; without any other it keeps none.`,
  })
  near?: string[] | null;

  @Field(() => Int, { nullable: true, description: "Minimum of `upvoteCount`; 0 or more." })
  minUpvotes?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "True: only papers with a `codeUrl`; false: only papers without.",
  })
  hasCode?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "True: only papers with a `withdrawnAt`; false: only papers without. Of those that trend none is withdrawn, and digests refuse the field.",
  })
  withdrawn?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "True: only papers that were on some feed; false: only papers that never were.",
  })
  featured?: boolean | null;

  @Field(() => DateScalar, { nullable: true, description: "The paper was featured on some day from this one on." })
  featuredFrom?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "The paper was featured on some day up to and including this one.",
  })
  featuredTo?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Published on this day or later; papers without a known day are left out.",
  })
  publishedFrom?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Published on this day or earlier; papers without a known day are left out.",
  })
  publishedTo?: string | null;
}
