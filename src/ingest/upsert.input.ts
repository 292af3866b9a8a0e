import { Field, InputType, Int, ObjectType } from "type-graphql";
import { DateScalar, UrlScalar } from "../graphql/scalars";
import { UserError } from "../graphql/user-error.type";
import { Paper } from "../papers/paper.entity";

@InputType({
  description:
    "What is known of a paper. It is matched by `arxivId`, else by title and `publishedOn` (one day apart counts as equal); two different first authors make two papers. Omitted fields stay as they are; given ones are replaced by no import, only by a newer upsert. Title, abstract, names and keywords have at most 120,000 characters together.",
})
export class PaperUpsert {
  @Field(() => String, {
    nullable: true,
    description: "In any form that `PaperBy.arxivId` takes; the version is dropped.",
  })
  arxivId?: string | null;

  @Field(() => String, {
    description:
      "As printed, 1 to 2,000 characters. In this and all other texts white space is collapsed, and invisible characters are dropped.",
  })
  title!: string;

  @Field(() => String, { nullable: true, description: "Plain text, at most 100,000 characters." })
  abstract?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "UTC day of first publication, from 1900 to tomorrow." })
  publishedOn?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "A feed day to add to those that it has; from 1991-08-14, arXiv's first, to tomorrow.",
  })
  featuredOn?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "In printed order, at most 10,000, of at most 500 characters each; TeX accents and HTML entities are decoded, and footnote marks dropped, TeX's too.",
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
    description: "Topics, at most 100, of at most 200 characters each; duplicates, ignoring case, are dropped.",
  })
  keywords?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "arXiv's categories, e.g. cs.CL, the primary one first; in any case, at most 20. Duplicates are dropped.",
  })
  categories?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      "DOI of the published version, e.g. 10.1000/182, alone or as an address of doi.org; at most 500 characters.",
  })
  doi?: string | null;

  @Field(() => String, { nullable: true, description: "Where it was published, at most 2,000 characters." })
  journalReference?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The authors' remark on its arXiv page, at most 5,000 characters.",
  })
  arxivComment?: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The license under which it is distributed." })
  licenseUrl?: string | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description:
      "The paper's page; arXiv's abstract page when omitted and `arxivId` is given. Like all URLs here, at most 2,000 characters.",
  })
  url?: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The full text as PDF." })
  pdfUrl?: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "A preview image." })
  thumbnailUrl?: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The authors' page about the work." })
  projectUrl?: string | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description: "The code repository, as https://github.com/owner/name; a path into it is dropped.",
  })
  codeUrl?: string | null;
}

@InputType({ description: "Papers to add or to complete." })
export class UpsertPapersInput {
  @Field(() => [PaperUpsert], {
    description:
      "At most 100. Each is stored whole or, with a userError, not at all; but a value that is not of its scalar type, such as an impossible date or a URL without a scheme, fails the whole request.",
  })
  papers!: PaperUpsert[];
}

@ObjectType({ simpleResolvers: true, description: "What became of the sent papers." })
export class UpsertPapersPayload {
  @Field(() => Int, { description: "How many were new." })
  created!: number;

  @Field(() => Int, { description: "How many were known and changed." })
  updated!: number;

  @Field(() => Int, { description: "How many were known and already as sent." })
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
