import { filterQuery } from "../papers/filter-query";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { FeedName } from "./parameters";

/** The formats, by their endings in URLs, with their media types. */
export const mediaTypes = {
  atom: "application/atom+xml",
  rss: "application/rss+xml",
  json: "application/feed+json",
  md: "text/markdown",
} as const;
export type FormatName = keyof typeof mediaTypes;
export const formatNames = Object.keys(mediaTypes) as FormatName[];

/** The path of a feed, relative to PUBLIC_URL, with a query string if there is one. */
export function feedPath(name: FeedName, format: FormatName, query = ""): string {
  return `feeds/${name}.${format}${query && `?${query}`}`;
}

/** The feeds of periods. */
export type PeriodName = Extract<FeedName, "day" | "week" | "month">;

/** A feed that a page announces. */
export interface FeedLink {
  type: string;
  title: string;
  href: string;
}

/** Links by which feed readers find the feed of a page (autodiscovery); `base` leads from the page to PUBLIC_URL, with a slash at its end. */
export function feedLinks(base: string, name: PeriodName, filter: PaperFilter | null): FeedLink[] {
  const query = new URLSearchParams(filterQuery(filter)).toString();
  return readerFormats.map((format) => ({
    type: mediaTypes[format],
    title: `Papers of the ${name}${query && ", filtered"} (${formatTitles[format]})`,
    href: `${base}${feedPath(name, format, query)}`,
  }));
}

const formatTitles = { atom: "Atom", rss: "RSS", json: "JSON Feed" };
/** The formats of feed readers. */
export const readerFormats = Object.keys(formatTitles) as (keyof typeof formatTitles)[];
