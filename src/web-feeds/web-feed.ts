/** A feed around its entries, in no format yet. All texts are plain, and none has characters that XML does not allow. */
export interface WebFeed {
  /** A tag: URI (RFC 4151), the same in every format. */
  id: string;
  siteName: string;
  title: string;
  subtitle: string;
  /** When the latest content changed. */
  updated: Date;
  links: {
    self: string;
    /** A page for readers. */
    home: string;
    /** A hub of WebSub; null where none is told of this feed. */
    hub: string | null;
  };
}

/** A paper, or a period that lists its papers. Texts are like those of a feed, but for `html`. */
export interface WebFeedEntry {
  /** A tag: URI that never changes. */
  id: string;
  title: string;
  /** Its page; null when none is known. */
  url: string | null;
  /** When it was featured last; feeds of periods tell when that was in the period. */
  published: Date;
  /** When its content changed last: votes do not count. */
  updated: Date;
  /** As printed; the last may be "and 7 more". */
  authors: string[];
  categories: WebFeedCategory[];
  text: string;
  html: string;
  pdfUrl: string | null;
  codeUrl: string | null;
}

/** A category of arXiv, which has a scheme, or a keyword. */
export interface WebFeedCategory {
  term: string;
  scheme: string | null;
}
