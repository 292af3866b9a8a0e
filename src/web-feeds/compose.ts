import { periodInWords } from "../feeds/period-in-words";
import { paperEntry, periodEntry } from "./entries";
import { type FormatName, feedPath } from "./feed-url";
import { choiceQuery, type FeedRequest, feedQuery } from "./parameters";
import type { QueriedFeed } from "./queries";
import { readTagAuthority, type TagAuthority, tagAuthorityOf, tagUri } from "./tag-uri";
import type { WebFeed } from "./web-feed";
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

/** A feed from what was read for it. */
export function composeFeed(
  site: FeedSite,
  request: FeedRequest,
  format: FormatName,
  { papers, period }: QueriedFeed,
): WebFeed {
  const { siteName, publicUrl, hub } = site;
  const authority = authorityOf(site);
  const query = feedQuery(request);
  const home = `${publicUrl}/digest`;
  const isSettled = request.when === "live" || period === null || period.isFinal;
  const ofPapers = isSettled ? papers.map((each) => paperEntry(authority, each)) : [];
  const isOne = request.per === "period" && period !== null && ofPapers.length > 0;
  const entries = isOne
    ? [periodEntry(authority, period, { siteName, home, choice: choiceQuery(request) }, ofPapers)]
    : ofPapers;
  const times = entries.flatMap(({ published, updated }) => [published.getTime(), updated.getTime()]);
  const since = period ? Date.parse(period.startDate) : 0;
  return {
    id: tagUri(authority, `feeds/${request.name}${query && `?${query}`}`),
    siteName: xmlText(siteName),
    title: xmlText(`${siteName}: ${titleOf(request, period)}`),
    subtitle: xmlText(subtitleOf(request, query)),
    updated: new Date(Math.max(since, ...times)),
    links: {
      self: `${publicUrl}/${feedPath(request.name, format, query)}`,
      home,
      // Of other feeds the hub is not told.
      hub: query === "" && period !== null ? hub : null,
    },
    entries,
  };
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
