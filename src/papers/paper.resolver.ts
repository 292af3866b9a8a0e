import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { PageArgs } from "../paging/page-args";
import { listCost, rowsCost } from "../paging/page-cost";
import { parseArxivId } from "./arxiv-reference";
import { filterCost } from "./filter-cost";
import { findPaper, ONE_REFERENCE } from "./find-paper";
import { Paper } from "./paper.entity";
import { paperOrder } from "./paper.order";
import { countPapers, listPapers } from "./paper.service";
import { PaperBy } from "./paper-by.input";
import { PaperConnection } from "./paper-connection.type";
import { matchesFilterOfCount, matchesFilterOfPage } from "./paper-filter";
import { PaperFilter } from "./paper-filter.input";
import { OrderDirection, PaperOrder, PaperOrderField } from "./paper-order.input";
import { PaperSource } from "./paper-source.type";
import { PaperVersion } from "./paper-version.entity";
import { resolveFilter } from "./resolve-filter";

const DEFAULT_ORDER = { field: PaperOrderField.PUBLISHED_ON, direction: OrderDirection.DESC };
const MAX_BATCH = 100;
/** Points for starting to read the list of all papers, and for counting it. */
const READ_COST = 50;
const COUNT_COST = 200;
/** Points for finding the versions of a paper, and how many most papers have. */
const VERSIONS_COST = 5;
const USUAL_VERSIONS = 3;

@Resolver(() => Paper)
export class PaperResolver {
  @Query(() => Paper, {
    nullable: true,
    description: "One paper, by exactly one reference; null when there is no such paper.",
  })
  async paper(
    @Arg("by", () => PaperBy, {
      nullable: true,
      description: "The reference. It is required unless `id` or `arxivId` is given.",
    })
    by: PaperBy | null,
    @Arg("id", () => ID, {
      nullable: true,
      description: "Global id, as in `Paper.id`.",
      deprecationReason: "Use `by: { id }`.",
    })
    id: string | null,
    @Arg("arxivId", () => String, {
      nullable: true,
      description: "In any form that `by.arxivId` takes.",
      deprecationReason: "Use `by: { arxivId }`, or `by: { url }` for whatever was pasted.",
    })
    arxivId: string | null,
    @Ctx() { loaders }: Context,
  ): Promise<Paper | null> {
    if (!by) return findPaper({ id, arxivId }, "", loaders);
    if (typeof id !== "string" && typeof arxivId !== "string") return findPaper(by, "by.", loaders);
    throw badUserInput("by", ONE_REFERENCE);
  }

  @Query(() => [Paper], {
    nullable: "items",
    complexity: ({ args, childComplexity }) => rowsCost(Math.min(args.arxivIds.length, MAX_BATCH), childComplexity),
    description:
      "Batch look-up by arXiv id: same order as `arxivIds`, null where unknown or not an arXiv id. At most 100.",
  })
  papersByArxivId(
    @Arg("arxivIds", () => [String], { description: "Each in any form that `PaperBy.arxivId` takes." })
    arxivIds: string[],
    @Ctx() { loaders }: Context,
  ): Promise<(Paper | null)[]> {
    if (arxivIds.length > MAX_BATCH) {
      throw badUserInput("arxivIds", `arxivIds takes at most ${MAX_BATCH} ids, not ${arxivIds.length}.`);
    }
    return Promise.all(arxivIds.map(parseArxivId).map((id) => (id ? loaders.paperByArxivId.load(id) : null)));
  }

  @Query(() => PaperConnection, {
    complexity: listCost({
      read: ({ filter }) => READ_COST + filterCost(filter, "list"),
      count: ({ filter }) => COUNT_COST + filterCost(filter, "count"),
    }),
    description: "All papers, filtered and ordered as requested.",
  })
  async papers(
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers; all when omitted." })
    filter: PaperFilter | null,
    @Arg("orderBy", () => PaperOrder, { nullable: true, description: "Newest publication first when omitted." })
    orderBy: PaperOrder | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { db, papers, vectorIndexes, turn }: Context,
  ): Promise<PaperConnection> {
    const order = paperOrder(orderBy ?? DEFAULT_ORDER);
    const resolved = await resolveFilter(filter, vectorIndexes.papersNear(turn));
    const condition = matchesFilterOfPage(resolved);
    return new PaperConnection({
      order,
      binding: JSON.stringify(["papers", order.name, filter]),
      args,
      fetch: (slice) => listPapers(papers, condition, slice),
      count: () => countPapers(db, matchesFilterOfCount(resolved)),
    });
  }

  @FieldResolver(() => PaperSource, { description: "Where it is published, as far as is known." })
  source(@Root() paper: Paper): PaperSource {
    return paper.arxivId ? PaperSource.ARXIV : PaperSource.OTHER;
  }

  @FieldResolver(() => String, { nullable: true, description: "The first of `categories`; null when unknown." })
  primaryCategory(@Root() { categories }: Paper): string | null {
    return categories[0] ?? null;
  }

  @FieldResolver(() => [PaperVersion], {
    complexity: ({ childComplexity }) => VERSIONS_COST + rowsCost(USUAL_VERSIONS, childComplexity),
    description: "Its versions on arXiv, oldest first; empty when unknown.",
  })
  versions(@Root() { rowId }: Paper, @Ctx() { loaders }: Context): Promise<PaperVersion[]> {
    return loaders.paperVersions.load(rowId);
  }
}
