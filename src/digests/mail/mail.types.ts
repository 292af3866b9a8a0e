import type { FeedLink } from "../../web-feeds/feed-url";
import type { DigestFrequency } from "../digest.types";

/** A rendered mail, ready to be sent. */
export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

export interface DigestPaper extends DigestPaperText {
  /** In its feed, 1-based. */
  rank: number;
  /** Null in a digest of one feed. */
  feedKey: string | null;
  upvotesInPeriod: number;
}

/** What a digest says of a paper itself. */
export interface DigestPaperText {
  title: string;
  /** The first few names, as printed. */
  authors: string[];
  /** The number of all authors, named here or not. */
  authorCount: number;
  abstract: string | null;
  url: string | null;
  codeUrl: string | null;
}

/** A digest's content. Links are absolute. */
export interface DigestContent {
  siteName: string;
  frequency: DigestFrequency;
  /** Its feeds, oldest first, all of one period: 2026-10-07, 2026-W41 or 2026-10. */
  feedKeys: string[];
  papers: DigestPaper[];
  /** `webCopy` is null in that copy itself, which alone names feeds for feed readers. */
  links: { webCopy: string | null; manage: string; unsubscribe: string; feeds?: FeedLink[] };
}

/** Asks to confirm; holds no papers and no advertising. */
export interface ConfirmationContent {
  siteName: string;
  frequency: DigestFrequency;
  links: { confirm: string };
}

/** Tells a subscriber who asked again that they already get the digest. */
export interface ReminderContent {
  siteName: string;
  frequency: DigestFrequency;
  links: { manage: string; unsubscribe: string };
}
