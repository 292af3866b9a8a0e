import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import type { Context } from "../context";
import { FeedPaperEdge } from "../feeds/feed-connection.type";
import { FeedPeriod } from "../feeds/period";
import { badUserInput } from "../graphql/errors";
import { decodeNodeKey } from "../nodes/node-id";
import { rowsCost } from "../paging/page-cost";
import type { Paper } from "../papers/paper.entity";
import { PaperFilter } from "../papers/paper-filter.input";
import { FeedChangedEvent, PaperUpvotesEvent } from "./event.types";

/** The arguments and context of a subscription. */
type Listener<Args> = { args: Args; context: Context };

@Resolver()
export class SubscriptionResolver {
  @Subscription(() => PaperUpvotesEvent, {
    subscribe: async ({ args, context }: Listener<{ paperIds: string[] }>) =>
      context.hub.listenToUpvotes(await checkPaperIds(context.loaders, args.paperIds)),
    complexity: ({ args, childComplexity }) => rowsCost(Math.min(args.paperIds.length, MAX_PAPERS), childComplexity),
    description:
      "The `upvoteCount` of a paper changed. At most one event a second for each paper, with the count at that time. Changes while the server had lost its database are sent afterwards.",
  })
  paperUpvotesChanged(
    @Arg("paperIds", () => [ID], { description: "The papers, 1 to 100, each as in `Paper.id`." }) _paperIds: string[],
    @Root() event: PaperUpvotesEvent,
  ): PaperUpvotesEvent {
    return event;
  }

  @Subscription(() => FeedPaperEdge, {
    subscribe: ({ args, context }: Listener<{ filter?: PaperFilter | null }>) =>
      context.hub.listenToFeatured(args.filter ?? null, context.turn.key),
    description:
      "A paper entered the feed of a day: today's or, by an import, a past one, which `filter.featuredFrom` keeps out. The filter is that of lists, feeds and digests. On a site that reads its sources, papers enter before arXiv has told their categories: a filter with `categories` gets such a paper once they are known, mostly minutes later, and not at all if the feed is final by then; all others get it at once. By a site's own model a filter with `near` gets a paper once that has its vector, mostly seconds later, and not at all after an hour. Each gets it once.",
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
      "The order or the papers of an open feed changed: by votes, some twenty seconds after the first of them, or by added papers. Or a final week or month was ranked again; see `Feed.revisedAt`.",
  })
  feedChanged(
    @Arg("period", () => FeedPeriod, { defaultValue: FeedPeriod.DAY, description: "The span of the feeds." })
    _period: FeedPeriod,
    @Root() event: FeedChangedEvent,
  ): FeedChangedEvent {
    return event;
  }
}

const MAX_PAPERS = 100;

/** Reads many papers at once; null for each that does not exist. */
interface PaperLoaders {
  paper: { loadMany(ids: number[]): Promise<(Paper | null | Error)[]> };
}

/** The row ids of the papers to listen to; BAD_USER_INPUT names the first id that is not a paper's. */
async function checkPaperIds({ paper }: PaperLoaders, ids: readonly string[]): Promise<number[]> {
  if (ids.length < 1 || ids.length > MAX_PAPERS) {
    throw badUserInput("paperIds", `paperIds takes 1 to ${MAX_PAPERS} ids, not ${ids.length}.`);
  }
  const keys = ids.map((id, i) => decodeNodeKey("Paper", id) ?? noPaper(i));
  const papers = await paper.loadMany(keys);
  papers.forEach((found, i) => {
    if (found instanceof Error) throw found;
    if (!found) noPaper(i);
  });
  return keys;
}

function noPaper(i: number): never {
  throw badUserInput(`paperIds.${i}`, `paperIds[${i}] is not the id of a paper.`);
}
