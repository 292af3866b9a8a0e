import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { sql } from "../db/sql";
import { Feed } from "../feeds/feed.type";
import { FeedPeriod, spanOf } from "../feeds/period";
import { periodOf } from "../feeds/period-above";
import { Node } from "../nodes/node.type";
import { MAX_PAGE_SIZE } from "../paging/page-size";
import { isTakenCategory } from "../papers/category-filter";
import { filterCost } from "../papers/filter-cost";
import { keepsAll } from "../papers/given-fields";
import { PaperFilter } from "../papers/paper-filter.input";
import { resolveFilter } from "../papers/resolve-filter";
import { CategoryCount } from "./category-count.entity";
import { checkFacets, countAllFacets, countFacets, MAX_COUNTED } from "./facet.service";
import { PaperFacet, PaperFacetCounts, PaperFacetValue } from "./facet.type";

const DEFAULT_FIRST = 10;

/** Points for reading the numbers of a facet that are kept, and of the categories. */
const KEPT_COST = 10;
const CATEGORIES_COST = 200;
/** Points for finding the papers that a filter keeps, and for counting them by one facet. */
const FIND_COST = 1000;
const COUNT_COSTS: Record<PaperFacet, number> = {
  [PaperFacet.TOPIC]: 2500,
  [PaperFacet.ORGANIZATION]: 300,
  [PaperFacet.CATEGORY]: 500,
  [PaperFacet.AUTHOR]: 2500,
  [PaperFacet.FEATURED_MONTH]: 500,
};
/** Points for counting the papers of a feed by one facet. */
const FEED_COSTS = { [FeedPeriod.DAY]: 40, [FeedPeriod.WEEK]: 120, [FeedPeriod.MONTH]: 500 };

interface FacetArgs {
  filter?: PaperFilter | null;
  by: readonly PaperFacet[];
  first: number;
}

/** Points of the values. */
function valuesCost({ by, first }: FacetArgs, childComplexity: number): number {
  return by.length * (1 + Math.min(Math.max(first, 0), MAX_PAGE_SIZE) * (1 + childComplexity));
}

@Resolver()
export class PaperFacetsResolver {
  @Query(() => [CategoryCount], {
    complexity: ({ childComplexity }) => CATEGORIES_COST + childComplexity,
    description:
      "The categories of arXiv that papers have, and the archives that these are of; those of most papers first.",
  })
  categories(@Ctx() { db }: Context): Promise<CategoryCount[]> {
    return db.query(sql`
      select category, paper_count as "paperCount" from category_counts
      where paper_count > 0 and ${isTakenCategory(sql`category`)} order by paper_count desc, category`);
  }

  @Query(() => [PaperFacetCounts], {
    complexity: ({ args, childComplexity }) => {
      const given = args as FacetArgs;
      const found = keepsAll(given.filter)
        ? given.by.length * KEPT_COST
        : FIND_COST + filterCost(given.filter, "count") + given.by.reduce((sum, facet) => sum + COUNT_COSTS[facet], 0);
      return found + valuesCost(given, childComplexity);
    },
    description: `What papers can be filtered by: for each facet, the values that most of them have. Without a filter the numbers are those of all papers; with one, at most ${MAX_COUNTED} papers are counted, those that were published last. In the order of \`by\`.`,
  })
  async paperFacets(
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers; all when omitted." })
    filter: PaperFilter | null,
    @Arg("by", () => [PaperFacet], { description: "What to count by, each once." }) by: PaperFacet[],
    @Arg("first", () => Int, { defaultValue: DEFAULT_FIRST, description: "How many values of each facet: 1 to 100." })
    first: number,
    @Ctx() { db, turn, vectorIndexes }: Context,
  ): Promise<PaperFacetCounts[]> {
    checkFacets({ by, first });
    if (keepsAll(filter)) return countAllFacets(db, { by, first });
    const resolved = await resolveFilter(filter, vectorIndexes.papersNear(turn));
    return countFacets(db, resolved!, { by, first });
  }
}

@Resolver(() => Feed)
export class FeedFacetsResolver {
  @FieldResolver(() => [PaperFacetCounts], {
    complexity: ({ args, childComplexity, context }) => {
      const given = args as FacetArgs;
      return given.by.length * FEED_COSTS[periodOf(context?.above ?? [])] + valuesCost(given, childComplexity);
    },
    description: "The values that most of the feed's papers have, of all of them: see `paperFacets`.",
  })
  async facets(
    @Root() feed: Feed,
    @Arg("by", () => [PaperFacet], { description: "What to count by, each once." }) by: PaperFacet[],
    @Arg("first", () => Int, { defaultValue: DEFAULT_FIRST, description: "How many values of each facet: 1 to 100." })
    first: number,
    @Ctx() { loaders }: Context,
  ): Promise<PaperFacetCounts[]> {
    checkFacets({ by, first });
    return loaders.feedFacets.load({ feed, by, first });
  }
}

@Resolver(() => PaperFacetValue)
export class FacetValueResolver {
  @FieldResolver(() => Node, {
    nullable: true,
    description:
      "The Topic, Organization or Author, or the Feed of the month, of which more can be asked for; null for a category.",
  })
  async node(@Root() { facet, key }: PaperFacetValue, @Ctx() { loaders }: Context): Promise<object | null> {
    const typed = async (__typename: string, row: object | null | Promise<object | null>) => {
      const found = await row;
      return found && { ...found, __typename };
    };
    switch (facet) {
      case PaperFacet.TOPIC:
        return typed("Topic", loaders.topic.load(Number(key)));
      case PaperFacet.ORGANIZATION:
        return typed("Organization", loaders.organization.load(Number(key)));
      case PaperFacet.AUTHOR:
        return typed("Author", loaders.author.load(Number(key)));
      case PaperFacet.FEATURED_MONTH:
        return typed("Feed", spanOf(FeedPeriod.MONTH, key));
      case PaperFacet.CATEGORY:
        return null;
    }
  }
}
