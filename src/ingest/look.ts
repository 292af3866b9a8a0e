/** What one source says of one paper at one time. A missing field means that the source does not know. */
export interface PaperLook {
  /** Where the item stands in its input, for reports: "line 12", "item 3", "2025-11-05 item 3". No two of one input have the same. */
  place: string;
  /** When the source was read. A newer look replaces counts, an older one does not. */
  seenAt: Date;
  arxivId?: string;
  title: string;
  abstract?: string;
  summary?: string;
  keywords?: string[];
  /** Calendar day, YYYY-MM-DD. */
  publishedOn?: string;
  /** The feed day (YYYY-MM-DD) and the time at which the source featured the paper. */
  featured?: { on: string; at: Date };
  /** Names as printed, in order; missing when only a count is known. */
  authors?: string[];
  /** Authors that the source counts, named or not. */
  authorCount?: number;
  organization?: { key: string; name: string; logoUrl?: string };
  url?: string;
  pdfUrl?: string;
  thumbnailUrl?: string;
  projectUrl?: string;
  codeUrl?: string;
  codeStars?: number;
  upvotes?: number;
  comments?: number;
  /** The user of ours who sent it; only for a paper that is new. */
  submitterId?: number;
}

/** One item of an input: a look, or the reason why it is none. Notes tell what was dropped from a good item. */
export type ImportItem = { look: PaperLook; notes: string[] } | { rejected: { place: string; reason: string } };
