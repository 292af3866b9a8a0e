import { periodInWords } from "../feeds/period-in-words";
import type { PartEncoding } from "../graphql/encoded-parts";
import { encodeEntry, entriesIn, entryIn } from "./encoded-entry";
import { paperEntry, periodEntry, startOf } from "./entries";
import { type FormatName, feedPath } from "./feed-url";
import type { FeedFormat } from "./formats/format";
import { formats } from "./formats/formats";
import { choiceQuery, type FeedRequest, feedQuery } from "./parameters";
import type { QueriedFeed } from "./queries";
import { readTagAuthority, type TagAuthority, tagAuthorityOf, tagUri } from "./tag-uri";
import type { WebFeed } from "./web-feed";
import { type ListedEntry, writeFeed } from "./write-feed";
import { xmlText } from "./xml-text";

/** Settings of web feeds. */
export interface WebFeedSettings {
  /** A hub of WebSub that is told when a feed becomes final; null for none. */
  hub: string | null;
  /** The domain and day of ids; null for those that follow from the public URL. */
  tag: string | null;
}

/** The site that feeds tell of. */
export interface FeedSite extends WebFeedSettings {
  siteName: string;
  /** The URL at which readers reach this API, without a trailing slash. */
  publicUrl: string;
}

/** Writes a feed of what was read for it. */
export function composeFeed(
  site: FeedSite,
  request: FeedRequest,
  format: FormatName,
  { papers, period }: QueriedFeed,
): Buffer {
  const isSettled = request.when === "live" || period === null || period.isFinal;
  const entries = isSettled ? entriesOf(site, request, formats[format], { papers, period }) : [];
  const times = entries.flatMap(({ published, entry: { updated } }) => [published.getTime(), updated.getTime()]);
  const since = period ? Date.parse(period.startDate) : 0;
  const feed = feedOf(site, request, format, period, new Date(Math.max(since, ...times)));
  return writeFeed(formats[format], feed, entries);
}

/** How the papers of a feed keep their entries; null where these are none of its own. */
export function keptEntries(site: FeedSite, { per }: FeedRequest, format: FormatName): PartEncoding | null {
  return per === "paper" ? entriesIn(format, formats[format], authorityOf(site)) : null;
}

function entriesOf(
  site: FeedSite,
  request: FeedRequest,
  format: FeedFormat,
  { papers, period }: QueriedFeed,
): ListedEntry[] {
  const authority = authorityOf(site);
  if (request.per === "paper" || period === null) {
    return papers.map(({ paper, featuredOn }) => {
      const entry = entryIn(paper) ?? encodeEntry(format, paperEntry(authority, paper));
      return { entry, published: featuredOn ? startOf(featuredOn) : entry.published };
    });
  }
  if (papers.length === 0) return [];
  const ofPapers = papers.map(({ paper }) => paperEntry(authority, paper));
  const listed = { siteName: site.siteName, home: homeOf(site), choice: choiceQuery(request) };
  const entry = encodeEntry(format, periodEntry(authority, period, listed, ofPapers));
  return [{ entry, published: entry.published }];
}

function feedOf(
  site: FeedSite,
  request: FeedRequest,
  format: FormatName,
  period: QueriedFeed["period"],
  updated: Date,
): WebFeed {
  const { siteName, publicUrl, hub } = site;
  const query = feedQuery(request);
  return {
    id: tagUri(authorityOf(site), `feeds/${request.name}${query && `?${query}`}`),
    siteName: xmlText(siteName),
    title: xmlText(`${siteName}: ${titleOf(request, period)}`),
    subtitle: xmlText(subtitleOf(request, query)),
    updated,
    links: {
      self: `${publicUrl}/${feedPath(request.name, format, query)}`,
      home: homeOf(site),
      // Of other feeds the hub is not told.
      hub: query === "" && period !== null ? hub : null,
    },
  };
}

function homeOf({ publicUrl }: FeedSite): string {
  return `${publicUrl}/digest`;
}

function authorityOf({ tag, publicUrl }: FeedSite): TagAuthority {
  return tag === null ? tagAuthorityOf(publicUrl) : readTagAuthority(tag);
}

/** Of a feed that moves on with time, the title stays: readers keep it as the subscription's name. */
function titleOf({ name, on, q }: FeedRequest, period: QueriedFeed["period"]): string {
  if (name === "search") return `papers on ${q}`;
  if (name === "trending") return "trending papers";
  if (name === "new") return "new papers";
  return on && period ? `papers of ${periodInWords([period.key])}` : `papers of the ${name}`;
}

const SUBTITLES: Record<FeedRequest["name"], string> = {
  day: "The papers that readers upvoted most in a day, as soon as their ranks are settled.",
  week: "The papers that readers upvoted most in a week, as soon as their ranks are settled.",
  month: "The papers that readers upvoted most in a month, as soon as their ranks are settled.",
  trending: "The papers that readers upvote most now.",
  new: "Papers as they are featured.",
  search: "Papers by words, the best match first.",
};

function subtitleOf({ name, when, on }: FeedRequest, query: string): string {
  const isLive = when === "live" || on !== null;
  const words = isLive ? SUBTITLES[name].replace(", as soon as their ranks are settled", "") : SUBTITLES[name];
  return query === ""
    ? words
    : `${words} Parameters: ${[...new URLSearchParams(query)].map(([key, value]) => `${key}=${value}`).join(", ")}.`;
}
