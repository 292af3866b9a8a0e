import { type FormatName, mediaTypes } from "../feed-url";
import type { WebFeed } from "../web-feed";
import { writeAtom } from "./atom";
import { writeJsonFeed } from "./json-feed";
import { writeMarkdown } from "./markdown";
import { writeRss } from "./rss";

/** How a feed is written. */
export interface FeedFormat {
  contentType: string;
  /** As text, or as bytes in UTF-8. */
  write(feed: WebFeed): string | Buffer;
}

export const formats: Record<FormatName, FeedFormat> = {
  atom: { contentType: `${mediaTypes.atom}; charset=utf-8`, write: writeAtom },
  rss: { contentType: `${mediaTypes.rss}; charset=utf-8`, write: writeRss },
  json: { contentType: `${mediaTypes.json}; charset=utf-8`, write: writeJsonFeed },
  md: { contentType: `${mediaTypes.md}; charset=utf-8`, write: writeMarkdown },
};
