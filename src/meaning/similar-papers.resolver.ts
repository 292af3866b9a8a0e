import { Arg, Args, Ctx, ID, Query, Resolver } from "type-graphql";
import type { Context } from "../context";
import { sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { ForwardPageArgs } from "../paging/page-args";
import { listCost } from "../paging/page-cost";
import { filterCost } from "../papers/filter-cost";
import { checkFilter } from "../papers/paper-filter";
import { PaperFilter } from "../papers/paper-filter.input";
import { decodePaperIds } from "../papers/paper-ids";
import { resolveFilter } from "../papers/resolve-filter";
import { countNearest, listNearest, MAX_NEAREST, nearestKeys } from "./nearest-papers.service";
import { SimilarPaperConnection } from "./similar-paper-connection.type";

/** The most papers that others are compared with at once. */
const MAX_TO = 20;
/** Points for comparing all papers and reading the nearest, and for counting them. */
const READ_COST = 2000;
const COUNT_COST = 400;

const order = { name: "LIKENESS", keys: nearestKeys, direction: "desc" } as const;

@Resolver()
export class SimilarPapersResolver {
  @Query(() => SimilarPaperConnection, {
    complexity: listCost({
      read: ({ filter }) => READ_COST + filterCost(filter, "count"),
      count: ({ filter }) => COUNT_COST + filterCost(filter, "count"),
    }),
    description: `Papers about the same as those of \`to\`, by the meaning of titles and abstracts, the nearest to all of them first. These and withdrawn papers are left out, and at most the ${MAX_NEAREST} nearest (within the filter) are listed, so \`totalCount\` is at most that. Empty when no word of theirs is known to the model. A new paper is listed within a second, and others are compared with it at once.`,
  })
  async similarPapers(
    @Arg("to", () => [ID], {
      description: `Ids of the papers to compare with: 1 to ${MAX_TO}. Each counts as much; an id of no paper is refused.`,
    })
    to: string[],
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers; all when omitted." })
    filter: PaperFilter | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db, papers, vectorIndexes, turn }: Context,
  ): Promise<SimilarPaperConnection> {
    const leftOut = readIds(to);
    checkFilter(filter);
    const resolved = await resolveFilter(filter, vectorIndexes.papersNear(turn));
    const vectorIndex = await vectorIndexes.serving();
    const meaning = await vectorIndex.meanOf(leftOut);
    await vectorIndexes.checkPapers(vectorIndex, "to", leftOut);
    const condition = sql`p.withdrawn_at is null`;
    const conditions = { filter: resolved, condition, conditionOfAll: condition, mayBeFew: resolved !== null };
    const query = { ...conditions, leftOut, most: MAX_NEAREST, turn };
    return new SimilarPaperConnection({
      order,
      binding: JSON.stringify(["similarPapers", vectorIndex.model, leftOut, filter]),
      args,
      fetch: async (slice, { limit }) =>
        meaning ? listNearest({ db, papers }, vectorIndex, { meaning, ...query }, slice, limit) : [],
      count: () => (meaning ? countNearest(db, vectorIndex, query) : 0),
    });
  }
}

function readIds(to: readonly string[]): number[] {
  if (to.length < 1 || to.length > MAX_TO)
    throw badUserInput("to", `to takes 1 to ${MAX_TO} ids of papers, not ${to.length}.`);
  return decodePaperIds("to", to);
}
