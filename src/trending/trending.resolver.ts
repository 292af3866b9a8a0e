import { Arg, Args, Ctx, Query, Resolver } from "type-graphql";
import type { Context } from "../context";
import { ForwardPageArgs } from "../paging/page-args";
import { listCost } from "../paging/page-cost";
import { filterCost } from "../papers/filter-cost";
import { matchesFilterOfCount, matchesFilterOfPage } from "../papers/paper-filter";
import { PaperFilter } from "../papers/paper-filter.input";
import { resolveFilter } from "../papers/resolve-filter";
import { countTrending, listTrending, trendingOrder } from "./trending.service";
import { TrendingPaperConnection } from "./trending-connection.type";
import { TrendingWindow } from "./window";

/** Points for starting to read trending papers, with the ranks of all papers before them, and for counting them. */
const READ_COST = 200;
const COUNT_COST = 400;

@Resolver()
export class TrendingResolver {
  @Query(() => TrendingPaperConnection, {
    complexity: listCost({
      read: ({ filter }) => READ_COST + filterCost(filter, "list"),
      count: ({ filter }) => COUNT_COST + filterCost(filter, "count"),
    }),
    description:
      "Papers by votes that fade with time, highest score first. Listed are papers with at least 3 votes and a score of at least 1.5, unless they are withdrawn; an old paper can trend again. Imported votes count as cast at noon UTC of the feed day, later increases as cast when they were observed.",
  })
  async trendingPapers(
    @Arg("window", () => TrendingWindow, { defaultValue: TrendingWindow.WEEK, description: "How fast votes fade." })
    window: TrendingWindow,
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers; ranks are not renumbered." })
    filter: PaperFilter | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db, papers, vectorIndexes, turn }: Context,
  ): Promise<TrendingPaperConnection> {
    const resolved = await resolveFilter(filter, vectorIndexes.papersNear(turn));
    const condition = matchesFilterOfPage(resolved);
    return new TrendingPaperConnection({
      order: trendingOrder(window),
      binding: JSON.stringify(["trendingPapers", window, filter]),
      args,
      fetch: (slice) => listTrending(papers, window, null, condition, slice),
      count: () => countTrending(db, window, null, matchesFilterOfCount(resolved)),
    });
  }
}
