import type { DigestFrequency } from "../digest.types";

/** A mail's text, ready to be sent. */
export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

export interface DigestPaper extends DigestPaperText {
  /** In its feed, 1-based. */
  rank: number;
  /** Null where the digest has one feed. */
  feedKey: string | null;
  upvotesInPeriod: number;
}

/** What a digest says of a paper itself. */
export interface DigestPaperText {
  title: string;
  /** The first few names, as printed. */
  authors: string[];
  /** All authors, named here or not. */
  authorCount: number;
  abstract: string | null;
  url: string | null;
  codeUrl: string | null;
}

/** A digest's content. Links are absolute. */
export interface DigestContent {
  frequency: DigestFrequency;
  /** The feeds that it is of, the oldest first, all of one period: 2026-10-07, 2026-W41 or 2026-10. */
  feedKeys: string[];
  papers: DigestPaper[];
  links: { webCopy: string; manage: string; unsubscribe: string };
}

/** Asks to confirm: carries no papers and no advertising. */
export interface ConfirmationContent {
  frequency: DigestFrequency;
  links: { confirm: string };
}

/** Tells who asked again that the digest is on its way already. */
export interface ReminderContent {
  frequency: DigestFrequency;
  links: { manage: string; unsubscribe: string };
}
