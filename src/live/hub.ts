import type { Db } from "../db/database";
import { isFaultOfServer } from "../db/faults";
import { sql } from "../db/sql";
import { serviceUnavailable } from "../errors";
import type { FeedPaperEdge } from "../feeds/feed-connection.type";
import { FeedPeriod } from "../feeds/period";
import type { Log } from "../log";
import { decodeNodeKey } from "../nodes/node-id";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { FeedChangedEvent, PaperUpvotesEvent } from "./event.types";
import { type FeedNews, readEntered, readFeedChanged, readFeedNews } from "./feed-events.service";
import { once } from "./once";
import { Topics } from "./topics";
import { type Interval, readUpvoteEvents } from "./upvote-events.service";

/** Each different filter is a statement for every paper that is featured. */
const MAX_FILTERS = 1000;

/** Up to where the changes were read. */
interface Seen {
  changedAt: Date;
  feedChangeId: number;
}

type Publish = () => void;

/**
 * Brings committed changes to the listeners of this process. What changed is read from the tables, from where the last
 * reading ended: after a lost connection or a restart of the database, listeners get what they missed.
 */
export class Hub {
  private readonly upvotes = new Topics<number, PaperUpvotesEvent>();
  private readonly feeds = new Topics<FeedPeriod, FeedChangedEvent>();
  /** By the filter's JSON. */
  private readonly featured = new Topics<string, FeedPaperEdge>();
  /** Up to where the changes were read. Listeners hear what happens from the first reading on. */
  private begin = once(() => this.readEnd());

  /** `watch` reads on the primary. */
  constructor(
    private readonly watch: Db,
    private readonly log: Log,
  ) {}

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
    const seen = await this.begin();
    const end = await this.readEnd();
    const isNew = end.changedAt > seen.changedAt || end.feedChangeId > seen.feedChangeId;
    if (!isNew) return false;
    // All is read before anything is published, so that a failure repeats nothing and loses nothing.
    const publish = [
      ...(await this.readUpvotes({ after: seen.changedAt, upTo: end.changedAt })),
      ...(await this.readFeeds(seen.feedChangeId, end.feedChangeId)),
    ];
    Object.assign(seen, end);
    for (const each of publish) each();
    return true;
  }

  /** Goes on from what there is now: in another history, times and numbers may be earlier. */
  startAnew(): void {
    this.begin = once(() => this.readEnd());
    // At once: what comes from here on is news. If it fails, whoever needs it tries again.
    this.begin().catch(() => {});
  }

  /** Ends all listening. */
  end(): void {
    for (const topics of [this.upvotes, this.feeds, this.featured]) topics.end();
  }

  private async readEnd(): Promise<Seen> {
    const [end] = await this.watch.read<{ changedAt: Date | null; feedChangeId: number | null }>(sql`
      select (select max(changed_at) from paper_changes) as "changedAt",
        (select max(id)::float8 from feed_changes) as "feedChangeId"`);
    return { changedAt: end?.changedAt ?? new Date(0), feedChangeId: end?.feedChangeId ?? 0 };
  }

  private async readUpvotes(interval: Interval): Promise<Publish[]> {
    const { heard } = this.upvotes;
    if (heard.length === 0) return [];
    const events = await readUpvoteEvents(this.watch, interval, heard);
    return events.map((event) => () => this.upvotes.publish(decodeNodeKey("Paper", event.paperId)!, event));
  }

  private async readFeeds(after: number, upTo: number): Promise<Publish[]> {
    if (this.featured.heard.length === 0 && this.feeds.heard.length === 0) return [];
    const news = await readFeedNews(this.watch, after, upTo);
    return [...(await this.readFeatured(news)), ...(await this.readChanged(news))];
  }

  private async readFeatured(news: readonly FeedNews[]): Promise<Publish[]> {
    const found: Publish[] = [];
    for (const each of news) {
      if (each.period !== FeedPeriod.DAY || each.entered.length === 0) continue;
      for (const filter of this.featured.heard) {
        const edges = await this.readFor(filter, each);
        found.push(...edges.map((edge) => () => this.featured.publish(filter, edge)));
      }
    }
    return found;
  }

  /** A filter that takes the database too long costs its own listeners an event, and nobody else. */
  private async readFor(filter: string, news: FeedNews): Promise<FeedPaperEdge[]> {
    try {
      return await readEntered(this.watch, news, JSON.parse(filter));
    } catch (err) {
      if (isFaultOfServer(err)) throw err;
      this.log.warn({ err, filter }, "a filter's listeners were not told of papers");
      return [];
    }
  }

  /** Rankings of one feed that were made since the last reading are one event. */
  private async readChanged(news: readonly FeedNews[]): Promise<Publish[]> {
    const byFeed = new Map<string, FeedNews[]>();
    for (const each of news) {
      if (!this.feeds.has(each.period)) continue;
      const key = each.period + each.startDate;
      byFeed.set(key, [...(byFeed.get(key) ?? []), each]);
    }
    const found: Publish[] = [];
    for (const changes of byFeed.values()) {
      const event = await readFeedChanged(this.watch, changes[0]!, changes.at(-1)!);
      if (event) found.push(() => this.feeds.publish(event.feed.period, event));
    }
    return found;
  }
}
