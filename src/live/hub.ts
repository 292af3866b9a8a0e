import type { Db } from "../db/database";
import { isFaultOfServer } from "../db/faults";
import { sql } from "../db/sql";
import type { FeedPaperEdge } from "../feeds/feed-connection.type";
import { FeedPeriod } from "../feeds/period";
import type { Log } from "../log";
import { decodeNodeKey } from "../nodes/node-id";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { FeedChangedEvent, PaperUpvotesEvent } from "./event.types";
import { type FeedNews, matchFilters, readEntered, readFeedChanged, readFeedNews } from "./feed-events.service";
import { type FilterLimits, FilterShares } from "./filter-shares";
import { once } from "./once";
import { Topics } from "./topics";
import { readUpvoteEvents } from "./upvote-events.service";

/** What one statement matches at most: some tenths of a second, even where each filter has all its words. */
const MAX_MATCHED = { papers: 200, filters: 100 };

/** Up to where the changes were read. */
interface Seen {
  changedAt: Date;
  feedChangeId: number;
}

export interface HubOptions {
  /** Reads on the primary what all listeners wait for. */
  watch: Db;
  /** Reads on the primary what filters keep: it may take long, and holds up no other event. */
  matching: Db;
  limits: FilterLimits;
  log: Log;
}

/**
 * Brings committed changes to the listeners of this process. What changed is read from the tables, from where the last
 * reading ended: after a lost connection or a restart of the database, listeners get what they missed. Votes, orders and
 * featured papers are published each for itself: none waits for another.
 */
export class Hub {
  private readonly upvotes = new Topics<number, PaperUpvotesEvent>();
  private readonly feeds = new Topics<FeedPeriod, FeedChangedEvent>();
  /** By the filter's text. */
  private readonly featured = new Topics<string, FeedPaperEdge>();
  private readonly shares: FilterShares;
  /** Up to where the changes were read. Listeners hear what happens from the first reading on. */
  private begin = this.beginOnce();

  constructor(private readonly options: HubOptions) {
    this.shares = new FilterShares(options.limits);
  }

  /** Listens to the counts of papers. */
  async listenToUpvotes(paperIds: readonly number[]): Promise<AsyncIterableIterator<PaperUpvotesEvent>> {
    await this.begin();
    return this.upvotes.listen([...new Set(paperIds)]);
  }

  /** Listens to the papers that enter a day's feed and that the filter keeps, for a caller who may hold so many filters. */
  async listenToFeatured(filter: PaperFilter | null, caller: string): Promise<AsyncIterableIterator<FeedPaperEdge>> {
    matchesFilter(filter);
    await this.begin();
    const text = textOf(filter);
    return this.featured.listen([text], text === textOf(null) ? undefined : this.shares.hold(caller, text));
  }

  /** Listens to the order of open feeds. */
  async listenToFeeds(period: FeedPeriod): Promise<AsyncIterableIterator<FeedChangedEvent>> {
    await this.begin();
    return this.feeds.listen([period]);
  }

  /** Each reads what is new, and publishes it; true when there was some. What fails is read again the next time. */
  readonly publishing = {
    votes: async () => {
      const seen = await this.begin();
      const { changedAt: upTo } = await this.readEnd();
      if (upTo <= seen.changedAt) return false;
      const { heard } = this.upvotes;
      const interval = { after: seen.changedAt, upTo };
      // All is read before anything is published, so that a failure repeats nothing and loses nothing.
      const events = heard.length > 0 ? await readUpvoteEvents(this.options.watch, interval, heard) : [];
      seen.changedAt = upTo;
      for (const event of events) this.upvotes.publish(decodeNodeKey("Paper", event.paperId)!, event);
      return true;
    },
    orders: async () => {
      const seen = await this.begin();
      const { feedChangeId: upTo } = await this.readEnd();
      if (upTo <= seen.ordered) return false;
      const events = await this.readChanged(seen.ordered, upTo);
      seen.ordered = upTo;
      for (const event of events) this.feeds.publish(event.feed.period, event);
      return true;
    },
    featured: async () => {
      const seen = await this.begin();
      const { feedChangeId: upTo } = await this.readEnd();
      if (upTo <= seen.featured) return false;
      const isHeard = this.featured.heard.length > 0;
      const news = isHeard ? await readFeedNews(this.options.watch, seen.featured, upTo) : [];
      const days = news.filter(({ period, entered }) => period === FeedPeriod.DAY && entered.length > 0);
      for (const batch of batchesOf(days)) {
        await this.publishFeatured(batch);
        seen.featured = batch.at(-1)!.id;
      }
      seen.featured = upTo;
      return true;
    },
  };

  /** Goes on from what there is now: in another history, times and numbers may be earlier. */
  startAnew(): void {
    this.begin = this.beginOnce();
    // At once: what comes from here on is news. If it fails, whoever needs it tries again.
    this.begin().catch(() => {});
  }

  /** Ends all listening. */
  end(): void {
    for (const topics of [this.upvotes, this.feeds, this.featured]) topics.end();
  }

  private beginOnce() {
    return once(async () => {
      const { changedAt, feedChangeId } = await this.readEnd();
      return { changedAt, ordered: feedChangeId, featured: feedChangeId };
    });
  }

  private async readEnd(): Promise<Seen> {
    const [end] = await this.options.watch.read<{ changedAt: Date | null; feedChangeId: number | null }>(sql`
      select (select max(changed_at) from paper_changes) as "changedAt",
        (select max(id)::float8 from feed_changes) as "feedChangeId"`);
    return { changedAt: end?.changedAt ?? new Date(0), feedChangeId: end?.feedChangeId ?? 0 };
  }

  private async publishFeatured(news: readonly FeedNews[]): Promise<void> {
    const edges = await readEntered(this.options.watch, news);
    const paperIds = [...new Set(edges.map(({ node }) => node.rowId))];
    const filters = this.featured.heard.filter((filter) => filter !== textOf(null));
    const kept = new Map<string, Set<number>>();
    for (let i = 0; i < filters.length; i += MAX_MATCHED.filters) {
      await this.match(filters.slice(i, i + MAX_MATCHED.filters), paperIds, kept);
    }
    for (const edge of edges) {
      this.featured.publish(textOf(null), edge);
      for (const [filter, ids] of kept) if (ids.has(edge.node.rowId)) this.featured.publish(filter, edge);
    }
  }

  /** A filter that takes the database too long costs its own listeners an event, and nobody else. */
  private async match(filters: readonly string[], paperIds: number[], kept: Map<string, Set<number>>): Promise<void> {
    try {
      const parsed = filters.map((filter): PaperFilter => JSON.parse(filter));
      const found = await matchFilters(this.options.matching, paperIds, parsed);
      filters.forEach((filter, i) => {
        kept.set(filter, found[i]!);
      });
    } catch (err) {
      if (isFaultOfServer(err)) throw err;
      if (filters.length === 1) {
        this.options.log.warn({ err, filter: filters[0] }, "a filter's listeners were not told of papers");
        return;
      }
      const half = Math.ceil(filters.length / 2);
      for (const each of [filters.slice(0, half), filters.slice(half)]) await this.match(each, paperIds, kept);
    }
  }

  /** Rankings of one feed that were made since the last reading are one event. */
  private async readChanged(after: number, upTo: number): Promise<FeedChangedEvent[]> {
    if (this.feeds.heard.length === 0) return [];
    const byFeed = new Map<string, FeedNews[]>();
    for (const each of await readFeedNews(this.options.watch, after, upTo)) {
      if (!this.feeds.has(each.period)) continue;
      const key = each.period + each.startDate;
      byFeed.set(key, [...(byFeed.get(key) ?? []), each]);
    }
    const events: FeedChangedEvent[] = [];
    for (const changes of byFeed.values()) {
      const event = await readFeedChanged(this.options.watch, changes[0]!, changes.at(-1)!);
      if (event) events.push(event);
    }
    return events;
  }
}

/** The same for filters that say the same in another order of their fields. */
function textOf(filter: PaperFilter | null): string {
  const given = Object.entries(filter ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return JSON.stringify(Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** News in their order, cut where their papers are enough for a statement. */
function batchesOf(news: readonly FeedNews[]): FeedNews[][] {
  const batches: FeedNews[][] = [];
  let papers = Number.POSITIVE_INFINITY;
  for (const each of news) {
    papers += each.entered.length;
    if (papers <= MAX_MATCHED.papers) batches.at(-1)!.push(each);
    else {
      batches.push([each]);
      papers = each.entered.length;
    }
  }
  return batches;
}
