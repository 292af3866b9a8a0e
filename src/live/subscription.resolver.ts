import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import type { Context } from "../context";
import { FeedPaperEdge } from "../feeds/feed-connection.type";
import { FeedPeriod } from "../feeds/period";
import { rowsCost } from "../paging/page-cost";
import { PaperFilter } from "../papers/paper-filter.input";
import { FeedChangedEvent, PaperUpvotesEvent } from "./event.types";
import { checkPaperIds, MAX_PAPERS } from "./paper-ids";

/** Who listens: each has a queue of its own, in which the newest events stay when it does not keep up. */
type Listener<Args> = { args: Args; context: Context };

@Resolver()
export class SubscriptionResolver {
  @Subscription(() => PaperUpvotesEvent, {
    subscribe: async ({ args, context }: Listener<{ paperIds: string[] }>) =>
      context.hub.listenToUpvotes(await checkPaperIds(context.loaders, args.paperIds)),
    complexity: ({ args, childComplexity }) => rowsCost(Math.min(args.paperIds.length, MAX_PAPERS), childComplexity),
    description:
      "The count of a paper changed. At most one event a second for each paper, with the count as it stands then. What happened while the server had lost its database comes afterwards.",
  })
  paperUpvotesChanged(
    @Arg("paperIds", () => [ID], { description: "The papers, 1 to 100, each as in `Paper.id`." }) _paperIds: string[],
    @Root() event: PaperUpvotesEvent,
  ): PaperUpvotesEvent {
    return event;
  }

  @Subscription(() => FeedPaperEdge, {
    subscribe: ({ args, context }: Listener<{ filter?: PaperFilter | null }>) =>
      context.hub.listenToFeatured(args.filter ?? null, context.caller.key),
    description:
      "A paper entered the feed of a day, be it today's or, by an import, one of the past: `filter.featuredFrom` keeps those out. The filter is the one of lists, feeds and digests.",
  })
  paperFeatured(
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers; all when omitted." })
    _filter: PaperFilter | null,
    @Root() event: FeedPaperEdge,
  ): FeedPaperEdge {
    return event;
  }

  @Subscription(() => FeedChangedEvent, {
    subscribe: ({ args, context }: Listener<{ period: FeedPeriod }>) => context.hub.listenToFeeds(args.period),
    description:
      "The order or the membership of an open feed changed: by votes, some twenty seconds after the first of them, or by papers that were added.",
  })
  feedChanged(
    @Arg("period", () => FeedPeriod, { defaultValue: FeedPeriod.DAY, description: "The span of the feeds." })
    _period: FeedPeriod,
    @Root() event: FeedChangedEvent,
  ): FeedChangedEvent {
    return event;
  }
}
