import { Field, InputType, Int, ObjectType } from "type-graphql";
import { Paper } from "../papers/paper.entity";
import { DateScalar, UrlScalar } from "../scalars";
import { UserError } from "../user-error.type";

@InputType({
  description:
    "What you know of a paper. It is found by `arxivId`, else by title and `publishedOn` (a day apart counts as equal); what you leave out stays as it is. Title, abstract, names and keywords have at most 120,000 characters together.",
})
export class PaperUpsert {
  @Field(() => String, {
    nullable: true,
    description: "In any form that `paper(arxivId:)` takes; the version is dropped.",
  })
  arxivId?: string | null;

  @Field(() => String, { description: "As printed, 1 to 2,000 characters; white space is collapsed." })
  title!: string;

  @Field(() => String, { nullable: true, description: "Plain text, at most 100,000 characters." })
  abstract?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "UTC day of first publication, from 1900 to tomorrow." })
  publishedOn?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "A feed day to put it on, besides those that it has; from 1991-08-14, arXiv's first, to tomorrow.",
  })
  featuredOn?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: "Ordered as printed; at most 10,000, of at most 500 characters each.",
  })
  authors?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "How many authors it has, when `authors` is missing or partial; at most 100,000. Without either, a new paper counts 0.",
  })
  authorCount?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: "Topics, at most 100, of at most 200 characters each; repetitions in another case are dropped.",
  })
  keywords?: string[] | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description:
      "Where it is read, as all URLs in at most 2,000 characters; arXiv's abstract page when omitted and `arxivId` is given.",
  })
  url?: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The full text as PDF." })
  pdfUrl?: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "A preview image." })
  thumbnailUrl?: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The authors' page about the work." })
  projectUrl?: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The code repository." })
  codeUrl?: string | null;
}

@InputType({ description: "Papers to add or to complete." })
export class UpsertPapersInput {
  @Field(() => [PaperUpsert], { description: "At most 100. Each is stored whole or, with a userError, not at all." })
  papers!: PaperUpsert[];
}

@ObjectType({ simpleResolvers: true, description: "What became of the papers that were sent." })
export class UpsertPapersPayload {
  @Field(() => Int, { description: "How many were new." })
  created!: number;

  @Field(() => Int, { description: "How many were known and changed." })
  updated!: number;

  @Field(() => Int, { description: "How many were known and stand as sent." })
  unchanged!: number;

  @Field(() => [Paper], {
    description: "The stored papers, in the order of the input, without those that userErrors names.",
  })
  papers!: Paper[];

  @Field(() => [UserError], {
    description: "One for each paper that was not stored, with a path such as [input, papers, 3, title].",
  })
  userErrors!: UserError[];
}
