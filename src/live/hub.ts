import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { serviceUnavailable } from "../errors";
import type { FeedPaperEdge } from "../feeds/feed-connection.type";
import { FeedPeriod } from "../feeds/period";
import { decodeNodeKey } from "../nodes/node-id";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { FeedChangedEvent, PaperUpvotesEvent } from "./event.types";
import { type FeedNews, readEntered, readFeedChanged, readFeedNews } from "./feed-events.service";
import { Topics } from "./topics";
import { type Interval, readUpvoteEvents } from "./upvote-events.service";

/** Each different filter is a statement for every paper that is featured. */
const MAX_FILTERS = 1000;

/**
 * Brings committed changes to the listeners of this process. What changed is read from the tables, from where the last
 * reading ended: after a lost connection or a restart of the database, listeners get what they missed.
 */
export class Hub {
  private readonly upvotes = new Topics<number, PaperUpvotesEvent>();
  private readonly feeds = new Topics<FeedPeriod, FeedChangedEvent>();
  /** By the filter's JSON. */
  private readonly featured = new Topics<string, FeedPaperEdge>();
  /** Up to where the changes were read; null until the first reading. */
  private seen: { changedAt: Date; feedChangeId: number } | null = null;

  /** `watch` reads on the primary. */
  constructor(private readonly watch: Db) {}

  /** Listens to the counts of papers. */
  async listenToUpvotes(paperIds: readonly number[]): Promise<AsyncIterableIterator<PaperUpvotesEvent>> {
    await this.begin();
    return this.upvotes.listen([...new Set(paperIds)]);
  }

  /** Listens to the papers that enter a day's feed and that the filter keeps. */
  async listenToFeatured(filter: PaperFilter | null): Promise<AsyncIterableIterator<FeedPaperEdge>> {
    matchesFilter(filter);
    await this.begin();
    const topic = JSON.stringify(filter);
    if (!this.featured.has(topic) && this.featured.heard.length >= MAX_FILTERS) {
      throw serviceUnavailable(`This server already listens for ${MAX_FILTERS} different filters; try again later.`);
    }
    return this.featured.listen([topic]);
  }

  /** Listens to the order of open feeds. */
  async listenToFeeds(period: FeedPeriod): Promise<AsyncIterableIterator<FeedChangedEvent>> {
    await this.begin();
    return this.feeds.listen([period]);
  }

  /** Reads what is new, and publishes it; true when there was some. What fails is read again the next time. */
  async publishNews(): Promise<boolean> {
    await this.begin();
    const seen = this.seen!;
    const { changedAt, feedChangeId } = await this.readEnd();
    const isNew = changedAt > seen.changedAt || feedChangeId > seen.feedChangeId;
    if (changedAt > seen.changedAt) {
      await this.publishUpvotes({ after: seen.changedAt, upTo: changedAt });
      seen.changedAt = changedAt;
    }
    if (feedChangeId > seen.feedChangeId) {
      const isHeard = this.featured.heard.length > 0 || this.feeds.heard.length > 0;
      const news = isHeard ? await readFeedNews(this.watch, seen.feedChangeId, feedChangeId) : [];
      seen.feedChangeId = feedChangeId;
      await this.publishEntered(news);
      await this.publishChanged(news);
    }
    return isNew;
  }

  /** Ends all listening. */
  end(): void {
    for (const topics of [this.upvotes, this.feeds, this.featured]) topics.end();
  }

  /** Listeners hear what happens from the first reading on. */
  private async begin(): Promise<void> {
    this.seen ??= await this.readEnd();
  }

  private async readEnd() {
    const [end] = await this.watch.read<{ changedAt: Date | null; feedChangeId: number | null }>(sql`
      select (select max(changed_at) from paper_changes) as "changedAt",
        (select max(id)::float8 from feed_changes) as "feedChangeId"`);
    return { changedAt: end?.changedAt ?? new Date(0), feedChangeId: end?.feedChangeId ?? 0 };
  }

  private async publishUpvotes(interval: Interval): Promise<void> {
    const { heard } = this.upvotes;
    if (heard.length === 0) return;
    const events = await readUpvoteEvents(this.watch, interval, heard);
    for (const event of events) this.upvotes.publish(decodeNodeKey("Paper", event.paperId)!, event);
  }

  private async publishEntered(news: readonly FeedNews[]): Promise<void> {
    for (const each of news) {
      if (each.period !== FeedPeriod.DAY || each.entered.length === 0) continue;
      for (const filter of this.featured.heard) {
        const edges = await readEntered(this.watch, each, JSON.parse(filter));
        for (const edge of edges) this.featured.publish(filter, edge);
      }
    }
  }

  /** Rankings of one feed that were made since the last reading are one event. */
  private async publishChanged(news: readonly FeedNews[]): Promise<void> {
    const byFeed = new Map<string, FeedNews[]>();
    for (const each of news) {
      if (!this.feeds.has(each.period)) continue;
      const key = each.period + each.startDate;
      byFeed.set(key, [...(byFeed.get(key) ?? []), each]);
    }
    for (const changes of byFeed.values()) {
      const event = await readFeedChanged(this.watch, changes[0]!, changes.at(-1)!);
      if (event) this.feeds.publish(event.feed.period, event);
    }
  }
}
