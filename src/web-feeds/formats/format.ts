import type { WebFeed, WebFeedEntry } from "../web-feed";

/** How feeds are written. */
export interface FeedFormat {
  contentType: string;
  /** An entry, with PUBLISHED, once at most, in place of the time of its publication. */
  entry(entry: WebFeedEntry): string;
  time(moment: Date): string;
  frame(feed: WebFeed): Frame;
}

/** What a feed has around its entries. */
export interface Frame {
  before: string;
  /** What stands before the i-th entry, counted from 0. */
  beforeEntry(i: number): string;
  behind: string;
}

/** Neither is a character that XML allows, nor one that JSON escapes: no text of an entry has it. */
export const PUBLISHED = "\uffff";
