import { Field, Int, ObjectType } from "type-graphql";
import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { DateScalar, DateTimeScalar, UrlScalar } from "../graphql/scalars";
import { Node } from "../nodes/node.type";

// Expression, GIN and hash indexes are defined in the migrations; their names are here so that the drift test sees them.
@Entity("papers")
@Unique(["arxivId"])
@Index("papers_published_on_idx", { synchronize: false })
@Index("papers_featured_on_idx", { synchronize: false })
@Index("papers_upvote_count_idx", ["upvoteCount", "rowId"])
@Index("papers_comment_count_idx", ["commentCount", "rowId"])
@Index("papers_updated_at_idx", ["updatedAt", "rowId"])
@Index("papers_organization_id_idx", { synchronize: false })
@Index("papers_submitter_id_idx", ["submitterId"])
@Index("papers_keywords_idx", { synchronize: false })
@Index("papers_search_idx", { synchronize: false })
@Index("papers_title_key_idx", { synchronize: false })
@Index("papers_doi_idx", { synchronize: false })
@Index("papers_url_idx", { synchronize: false })
@Index("papers_withdrawn_at_idx", ["withdrawnAt", "rowId"], { where: "withdrawn_at IS NOT NULL" })
@Check(
  "papers_counts_check",
  "author_count >= 0 and code_stars >= 0 and imported_upvotes >= 0 and upvote_count >= 0 and comment_count >= 0",
)
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    "A research paper. What several sources say of one paper is merged into one entry; null means that no source gives the value.",
})
export class Paper {
  @PrimaryGeneratedColumn("identity", { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" })
  rowId!: number;

  @Field(() => String, {
    nullable: true,
    description:
      "arXiv id without version, e.g. 2409.04828 or math/0309136; null when the paper is not known to be on arXiv.",
  })
  @Column("text", { nullable: true })
  arxivId!: string | null;

  @Field(() => String, {
    description:
      "As the source prints it: plain text that may hold LaTeX, `$` or `<`. White space is collapsed; escape it before showing it as HTML.",
  })
  @Column("text")
  title!: string;

  @Column("text", { select: false })
  titleKey!: string;

  @Field(() => String, {
    nullable: true,
    description: "Plain text, LaTeX left as it is. Null, never empty, when only a listing is known.",
  })
  @Column("text", { nullable: true })
  abstract!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "One-paragraph summary, where a source supplies one (often machine-made).",
  })
  @Column("text", { nullable: true })
  summary!: string | null;

  @Field(() => [String], {
    description: "Topics as the source names them, without repetition; empty when it names none.",
  })
  @Column("text", { array: true, default: "{}" })
  keywords!: string[];

  @Field(() => DateScalar, {
    nullable: true,
    description: "UTC day on which the source first published it. Not the day it was featured: see `featuredOn`.",
  })
  @Column("date", { nullable: true })
  publishedOn!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "Its latest feed day; null when it was never featured. Not the day it was published: see `publishedOn`.",
  })
  @Column("date", { nullable: true })
  featuredOn!: string | null;

  @Field(() => Int, {
    description: 'As printed by the source. Listings often print only "14 authors", so `authors` may hold fewer.',
  })
  @Column("integer", { default: 0 })
  authorCount!: number;

  @Field(() => Boolean, { description: "True when `authors` holds all `authorCount` names." })
  @Column("boolean", { default: false })
  authorsComplete!: boolean;

  @ForeignKey("Organization", { onDelete: "SET NULL" })
  @Column("integer", { nullable: true })
  organizationId!: number | null;

  @ForeignKey("User", { onDelete: "SET NULL" })
  @Column("integer", { nullable: true })
  submitterId!: number | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description: "The paper's page: arXiv's abstract page, or the source's own.",
  })
  @Column("text", { nullable: true })
  url!: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The full text as PDF." })
  @Column("text", { nullable: true })
  pdfUrl!: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "A preview image, hosted by the source." })
  @Column("text", { nullable: true })
  thumbnailUrl!: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The authors' page about the work." })
  @Column("text", { nullable: true })
  projectUrl!: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The code repository, without a path into it." })
  @Column("text", { nullable: true })
  codeUrl!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "Stars of the code repository when last imported; null when unknown.",
  })
  @Column("integer", { nullable: true })
  codeStars!: number | null;

  @Field(() => [String], {
    description:
      "arXiv's categories, e.g. cs.CL and stat.ML, the primary one first, without repetition; empty when unknown. Old papers may have an archive alone: astro-ph.",
  })
  @Column("text", { array: true, default: "{}" })
  categories!: string[];

  @Field(() => String, {
    nullable: true,
    description:
      "DOI of the published version, without https://doi.org/, as its authors gave it to arXiv; the first one, if they gave several. Not arXiv's own DOI, which follows from `arxivId`.",
  })
  @Column("text", { nullable: true })
  doi!: string | null;

  @Field(() => String, { nullable: true, description: "Where it was published, as its authors told arXiv." })
  @Column("text", { nullable: true })
  journalReference!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The authors\' remark on its arXiv page, e.g. "12 pages, 5 figures; accepted at ICML 2026".',
  })
  @Column("text", { nullable: true })
  arxivComment!: string | null;

  @Field(() => UrlScalar, { nullable: true, description: "The license under which arXiv distributes it." })
  @Column("text", { nullable: true })
  licenseUrl!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When its authors withdrew it on arXiv; null when it is not known to be withdrawn. Withdrawn papers keep their place in lists and feeds, but are not among those that trend, and no digest has them.",
  })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  withdrawnAt!: Date | null;

  @Column("integer", { default: 0, select: false })
  importedUpvotes!: number;

  @Field(() => Int, { description: "Imported upvotes (a source's number, without voters) plus our users' upvotes." })
  @Column("integer", { default: 0 })
  upvoteCount!: number;

  @Field(() => Int, {
    description: "Number of comments at the source when last imported. The comments themselves are not stored.",
  })
  @Column("integer", { default: 0 })
  commentCount!: number;

  @Field(() => DateTimeScalar, { description: "When the paper was first stored here." })
  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;

  @Field(() => DateTimeScalar, {
    description:
      "When what sources say of the paper, but for its counts, last changed here. New numbers of upvotes, comments and stars do not change it (see `paperChanges`), nor does importing the same input again.",
  })
  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  updatedAt!: Date;

  /** Increases with every change of the paper's content, whatever makes it; not with its counts. */
  @Column("bigint", { default: () => "nextval('paper_revisions')", select: false })
  revision!: string;

  @Column("tsvector", { select: false })
  search!: string;

  /** `search` without the words that the abstract alone has, once. A trigger writes it. */
  @Column("tsvector", { nullable: true, select: false })
  salientWords!: string | null;
}
