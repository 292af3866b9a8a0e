import { memoize } from "../async/memoize";
import type { Db } from "../db/database";
import { sql } from "../db/sql";
import type { FeedPaperEdge } from "../feeds/feed-connection.type";
import type { FeedPeriod } from "../feeds/period";
import type { Log } from "../log";
import { checkLastingFilter } from "../meaning/check-lasting-filter";
import { nearAmong } from "../meaning/near-among";
import { decodeNodeKey } from "../nodes/node-id";
import { givenFields } from "../papers/given-fields";
import { matchFilters } from "../papers/match-filters";
import { isTold } from "../papers/paper-audience";
import type { PaperFilter } from "../papers/paper-filter.input";
import { AwaitingVectors } from "./awaiting-vectors";
import type { FeedChangedEvent, PaperUpvotesEvent } from "./event.types";
import { type DayNews, type FeaturedPaper, papersOf, readDayNews, readFeatured } from "./featured-events.service";
import { type FeedNews, readFeedChanged, readFeedNews } from "./feed-events.service";
import { type FilterLimits, FilterShares } from "./filter-shares";
import { Topics } from "./topics";
import { readUpvoteEvents } from "./upvote-events.service";

/** Papers that are matched and published before the next ones. */
const MAX_MATCHED = 200;

/** The latest changes in the database. */
interface LatestChanges {
  changedAt: Date;
  feedChangeId: number;
}

export interface HubOptions {
  /** Reads changes on the primary, for which all listeners wait. */
  watch: Db;
  /** Matches filters on the primary: this may take long, and must not hold up other events. */
  matching: Db;
  limits: FilterLimits;
  log: Log;
}

/**
 * Brings committed changes to the listeners of this process. Changes are read from the tables, continuing where the last
 * read ended: after a lost connection or a restart of the database, listeners get what they missed. Votes, orders and
 * featured papers are published separately, those that await their vectors later to those who ask for what is near: none waits for another.
 */
export class Hub {
  private readonly upvotes = new Topics<number, PaperUpvotesEvent>();
  private readonly feeds = new Topics<FeedPeriod, FeedChangedEvent>();
  /** Keyed by the filter as JSON. */
  private readonly featured = new Topics<string, FeedPaperEdge>();
  private readonly awaitingVectors = new AwaitingVectors();
  private readonly shares: FilterShares;
  /**
   * Begins at the latest changes, the first time that it is called: listeners get later ones. Resolves with how far the
   * changes of each kind have been read since.
   */
  private begin = this.beginOnce();

  constructor(private readonly options: HubOptions) {
    this.shares = new FilterShares(options.limits);
  }

  /** Listens to the counts of papers. */
  async listenToUpvotes(paperIds: readonly number[]): Promise<AsyncIterableIterator<PaperUpvotesEvent>> {
    await this.begin();
    return this.upvotes.listen([...new Set(paperIds)]);
  }

  /** Listens to papers that enter a day's feed and match the filter. The caller's number of filters is limited. */
  async listenToFeatured(filter: PaperFilter | null, caller: string): Promise<AsyncIterableIterator<FeedPaperEdge>> {
    await checkLastingFilter(this.options.matching, filter);
    await this.begin();
    const text = textOf(filter);
    return this.featured.listen([text], text === textOf(null) ? undefined : this.shares.hold(caller, text));
  }

  /** Listens to the order of open and of revised feeds. */
  async listenToFeeds(period: FeedPeriod): Promise<AsyncIterableIterator<FeedChangedEvent>> {
    await this.begin();
    return this.feeds.listen([period]);
  }

  /** Each reads new changes and publishes them; true when there were any. After a failure they are read again the next time. */
  readonly publishing = {
    votes: async () => {
      const seen = await this.begin();
      const { changedAt: upTo } = await this.readLatest();
      if (upTo <= seen.votes) return false;
      const { heard: paperIds } = this.upvotes;
      const interval = { after: seen.votes, upTo };
      // Everything is read before anything is published, so that a failure repeats and loses nothing.
      const events = paperIds.length > 0 ? await readUpvoteEvents(this.options.watch, interval, paperIds) : [];
      seen.votes = upTo;
      for (const event of events) this.upvotes.publish(decodeNodeKey("Paper", event.paperId)!, event);
      return true;
    },
    orders: async () => {
      const seen = await this.begin();
      const { feedChangeId: upTo } = await this.readLatest();
      if (upTo <= seen.orders) return false;
      const events = await this.readChanged(seen.orders, upTo);
      seen.orders = upTo;
      for (const event of events) this.feeds.publish(event.feed.period, event);
      return true;
    },
    featured: async () => {
      const seen = await this.begin();
      const { feedChangeId: upTo } = await this.readLatest();
      if (upTo <= seen.featured) return false;
      const isHeard = this.featured.heard.length > 0;
      const news = isHeard ? await readDayNews(this.options.watch, seen.featured, upTo) : [];
      for (const batch of batchesOf(news)) {
        const papers = await readFeatured(this.options.watch, batch);
        const { heard } = this.featured;
        await this.publishFeatured(papers, heard);
        if (heard.some(asksForNear)) this.awaitingVectors.add(batch, papers);
        seen.featured = batch.at(-1)!.id;
      }
      seen.featured = upTo;
      return true;
    },
    near: async () => {
      const decided = await this.awaitingVectors.readDecided(this.options.watch);
      for (const batch of batchesOf(decided)) {
        const papers = await readFeatured(this.options.watch, batch);
        await this.publishFeatured(papers, this.featured.heard.filter(asksForNear));
        this.awaitingVectors.remove(batch);
      }
      return decided.length > 0;
    },
  };

  /** Continues from the current state: in another history, times and numbers may be earlier. */
  restart(): void {
    this.begin = this.beginOnce();
    this.awaitingVectors.clear();
    // At once, since changes from now on are new. If it fails, the next one that needs it tries again.
    this.begin().catch(() => {});
  }

  /** Ends all subscriptions. */
  end(): void {
    for (const topics of [this.upvotes, this.feeds, this.featured]) topics.end();
  }

  private beginOnce() {
    return memoize(async () => {
      const { changedAt, feedChangeId } = await this.readLatest();
      return { votes: changedAt, orders: feedChangeId, featured: feedChangeId };
    });
  }

  private async readLatest(): Promise<LatestChanges> {
    const [latest] = await this.options.watch.query<{ changedAt: Date | null; feedChangeId: number | null }>(sql`
      select (select max(changed_at) from paper_changes) as "changedAt",
        (select max(id)::float8 from feed_changes) as "feedChangeId"`);
    return { changedAt: latest?.changedAt ?? new Date(0), feedChangeId: latest?.feedChangeId ?? 0 };
  }

  private async publishFeatured(papers: readonly FeaturedPaper[], heard: readonly string[]): Promise<void> {
    const paperIds = [...new Set(papers.map(({ edge }) => edge.node.rowId))];
    const filters = heard.filter((filter) => filter !== textOf(null));
    // A filter that takes the database too long costs only its own listeners an event.
    const idsByFilter = await matchFilters(this.options.matching, paperIds, filters, nearAmong, (filter, err) =>
      this.options.log.warn({ err, filter }, "a filter's listeners were not told of papers"),
    );
    const publish = (filter: string, keeps: (paperId: number) => boolean) => {
      const parsed: PaperFilter = JSON.parse(filter);
      for (const paper of papers) {
        if (keeps(paper.edge.node.rowId) && isTold(parsed, paper.audience)) this.featured.publish(filter, paper.edge);
      }
    };
    if (heard.includes(textOf(null))) publish(textOf(null), () => true);
    for (const [filter, ids] of idsByFilter) publish(filter, (id) => ids.has(id));
  }

  /** All rankings of one feed since the last read make one event. */
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

/** The filter as JSON, independent of the order of its fields. */
function textOf(filter: PaperFilter | null): string {
  const given = Object.entries(givenFields(filter ?? {}));
  return JSON.stringify(Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1))));
}

const asksForNear = (filter: string) => Boolean((JSON.parse(filter) as PaperFilter).near);

/** The news in order, in batches whose papers fit into one statement. */
function batchesOf(news: readonly DayNews[]): DayNews[][] {
  const batches: DayNews[][] = [];
  let papers = Number.POSITIVE_INFINITY;
  for (const each of news) {
    const { length } = papersOf(each);
    papers += length;
    if (papers <= MAX_MATCHED) batches.at(-1)!.push(each);
    else {
      batches.push([each]);
      papers = length;
    }
  }
  return batches;
}
