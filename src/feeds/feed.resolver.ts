import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { type MaybePromise, whenKnown } from "../async/maybe-promise";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { DateScalar, DateTimeScalar } from "../graphql/scalars";
import { ForwardPageArgs, PageArgs } from "../paging/page-args";
import { listCost } from "../paging/page-cost";
import { filterCost } from "../papers/filter-cost";
import { PaperFilter } from "../papers/paper-filter.input";
import { resolveFilter } from "../papers/resolve-filter";
import type { ResolvedFilter } from "../papers/resolved-filter";
import { rankingExists } from "./feed.loaders";
import { countFeeds, latestFeedDay, latestFinalDay, listFeeds, newestPeriod } from "./feed.service";
import { Feed } from "./feed.type";
import { FeedConnection, FeedPaperConnection } from "./feed-connection.type";
import { feedOrders, feedPapersBinding } from "./feed-cursor-order";
import { FeedOrder } from "./feed-order.type";
import { FeedPeriod, LAST_DAY, spanOf } from "./period";
import { periodOf } from "./period-above";

/** Points for grouping the days of the archive, for beginning to read a feed's papers, and for counting them. */
const ARCHIVE_COST = 100;
const READ_COST = 5;
const COUNT_COST = 10;
/** Points for reading a feed's facts; those of one list are read together. */
const FACTS_COST = 8;
const NEIGHBOUR_COST = 60;

function neighbourCost({ childComplexity }: { childComplexity: number }): number {
  return NEIGHBOUR_COST + childComplexity;
}

const today = () => new Date().toISOString().slice(0, 10);

@Resolver(() => Feed)
export class FeedResolver {
  @Query(() => Feed, { description: "The feed of the day, ISO week or month that contains `on`." })
  async feed(
    @Arg("period", () => FeedPeriod, { defaultValue: FeedPeriod.DAY, description: "The span of the feed." })
    period: FeedPeriod,
    @Arg("on", () => DateScalar, {
      nullable: true,
      description: "Any UTC day of the period, past or future. Without it: the latest period that has papers.",
    })
    on: string | null,
    @Arg("final", () => Boolean, {
      defaultValue: false,
      description: "True: without `on`, the latest period that has papers and whose ranks are final, see `isFinal`.",
    })
    final: boolean,
    @Ctx() { db }: Context,
  ): Promise<Feed> {
    if (on && final)
      throw badUserInput("final", "final chooses the latest of all final periods: leave out on, or final.");
    if (on && on > LAST_DAY) throw badUserInput("on", `on must not be after ${LAST_DAY}.`);
    const latest = () => (final ? latestFinalDay(db, period) : latestFeedDay(db));
    return spanOf(period, on ?? (await latest()) ?? today());
  }

  @Query(() => FeedConnection, {
    complexity: listCost({ read: () => ARCHIVE_COST, count: () => ARCHIVE_COST }),
    description: "The archive, newest period first; only periods that have papers.",
  })
  feeds(
    @Arg("period", () => FeedPeriod, { defaultValue: FeedPeriod.DAY, description: "The span of each feed." })
    period: FeedPeriod,
    @Arg("from", () => DateScalar, {
      nullable: true,
      description: "Only periods with papers on or after this UTC day.",
    })
    from: string | null,
    @Arg("to", () => DateScalar, { nullable: true, description: "Only periods with papers on or before this UTC day." })
    to: string | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db }: Context,
  ): FeedConnection {
    if (from && to && from > to) throw badUserInput("from", `from (${from}) must not be after to (${to}).`);
    return new FeedConnection({
      order: newestPeriod,
      binding: JSON.stringify(["feeds", period, from, to]),
      args,
      fetch: (slice) => listFeeds(db, period, { from, to }, slice),
      count: () => countFeeds(db, period, { from, to }),
    });
  }

  @FieldResolver(() => Boolean, {
    complexity: FACTS_COST,
    description:
      "False until 24 hours after the period ends. Once true, a day's ranks never change; a week's or a month's change only when a day is imported that was missing altogether: see `revisedAt`. A single paper that is imported later is added last. Until then, a paper that its source moves to another day leaves the feed.",
  })
  async isFinal(@Root() feed: Feed, @Ctx() { loaders }: Context): Promise<boolean> {
    return (await loaders.feedFacts.load(feed)).isFinal;
  }

  @FieldResolver(() => DateTimeScalar, {
    complexity: FACTS_COST,
    nullable: true,
    description:
      "When the feed's order or its papers last changed, or their categories became known; null when it never had papers.",
  })
  async updatedAt(@Root() feed: Feed, @Ctx() { loaders }: Context): Promise<Date | null> {
    return (await loaders.feedFacts.load(feed)).updatedAt;
  }

  @FieldResolver(() => DateTimeScalar, {
    complexity: FACTS_COST,
    nullable: true,
    description:
      "When a final week or month was last ranked again because a missing day was imported; null: never. Its ranks do not depend on the order in which past days are imported.",
  })
  async revisedAt(@Root() feed: Feed, @Ctx() { loaders }: Context): Promise<Date | null> {
    return (await loaders.feedFacts.load(feed)).revisedAt;
  }

  @FieldResolver(() => FeedPaperConnection, {
    complexity: listCost({
      read: ({ filter }, above) => READ_COST + filterCost(filter, periodOf(above)),
      count: ({ filter }, above) => COUNT_COST + filterCost(filter, periodOf(above)),
    }),
    description: "The feed's papers, by rank when `orderBy` is omitted.",
  })
  papers(
    @Root() feed: Feed,
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers; ranks are not renumbered." })
    filter: PaperFilter | null,
    @Arg("orderBy", () => FeedOrder, { defaultValue: FeedOrder.RANK, description: "What to order by." })
    orderBy: FeedOrder,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): MaybePromise<FeedPaperConnection> {
    return whenKnown(resolveFilter(filter, context.vectorIndexes.papersNear(context.turn)), (resolved) =>
      listFeed(context, { feed, orderBy, filter, resolved, args }),
    );
  }

  @FieldResolver(() => Feed, {
    nullable: true,
    complexity: neighbourCost,
    description: "Nearest earlier period that has papers.",
  })
  async previous(@Root() feed: Feed, @Ctx() { loaders }: Context): Promise<Feed | null> {
    const { previousDay } = await loaders.feedFacts.load(feed);
    return previousDay === null ? null : spanOf(feed.period, previousDay);
  }

  @FieldResolver(() => Feed, {
    nullable: true,
    complexity: neighbourCost,
    description: "Nearest later period that has papers.",
  })
  async next(@Root() feed: Feed, @Ctx() { loaders }: Context): Promise<Feed | null> {
    const { nextDay } = await loaders.feedFacts.load(feed);
    return nextDay === null ? null : spanOf(feed.period, nextDay);
  }
}

interface ListedFeed {
  feed: Feed;
  orderBy: FeedOrder;
  filter: PaperFilter | null;
  resolved: ResolvedFilter | null;
  args: PageArgs;
}

function listFeed(
  { db, loaders, readPrimary }: Context,
  { feed, orderBy, filter, resolved, args }: ListedFeed,
): FeedPaperConnection {
  return new FeedPaperConnection({
    order: feedOrders[orderBy],
    binding: feedPapersBinding(feed, orderBy, filter),
    args,
    fetch: async (slice, { from }) => {
      const rankingId = from ? Number(from[0]) : null;
      const read = () =>
        loaders.feedPapers.load({ parent: feed, args: { filter: resolved, rankingId, order: orderBy }, slice });
      const isLost = async (found: object[]) =>
        rankingId !== null && found.length === 0 && !(await rankingExists(db, rankingId));
      let rows = await read();
      if (await isLost(rows)) {
        // A replica may not have the ranking yet.
        readPrimary();
        rows = await read();
      }
      if (await isLost(rows)) {
        const argument = args.before ? "before" : "after";
        throw badUserInput(
          argument,
          `${argument} is too old: the feed has changed since. Start again from its first page.`,
        );
      }
      return rows;
    },
    count: () => loaders.feedPaperCount.load({ parent: feed, args: { filter: resolved, rankingId: null } }),
  });
}
