import { periodInWords } from "../../feeds/period-in-words";
import { pageUrl } from "../../inputs/web-url";
import { cleanText } from "./clean";
import { clip, firstSentences } from "./excerpt";
import type { DigestContent, DigestPaper } from "./mail.types";
import { authorsInWords, countOf, digestNames, feedInWords, unitOf } from "./words";

/** In characters: longer than any known title or name; anything longer is cut. */
const TITLE = 400;
const NAME = 100;
/** Longer URLs are not for people, and fifty of them would fill the mail. */
const URL_LENGTH = 1000;

/** A digest in words, as plain text that is not escaped yet. */
export interface DigestView {
  siteName: string;
  period: string;
  /** How many papers, or that there are none. */
  summary: string;
  papers: PaperView[];
  why: string;
  links: DigestContent["links"];
}

export interface PaperView {
  standing: string;
  title: string;
  authors: string;
  excerpt: string;
  url: string | null;
  codeUrl: string | null;
}

/** How much of a digest is shown. */
export interface Extent {
  papers: number;
  /** Characters of each abstract. */
  excerpt: number;
}

export function viewDigest(
  { siteName, frequency, feedKeys, papers, links }: DigestContent,
  extent: Extent,
): DigestView {
  const shown = papers.slice(0, extent.papers).map((paper) => viewPaper(paper, feedKeys, extent.excerpt));
  return {
    siteName,
    period: periodInWords(feedKeys),
    summary: summarize(papers.length, shown.length, feedKeys),
    papers: shown,
    why: `You get this mail because you subscribed to the ${digestNames[frequency]} of ${siteName}.`,
    links,
  };
}

function summarize(count: number, shown: number, feedKeys: string[]): string {
  if (count === 0) return "No paper matched your filter.";
  if (shown < count) return `The first ${shown} of ${count} papers; the others did not fit into this mail.`;
  if (feedKeys.length > 1) return `${countOf(count, "paper")}, the most upvoted of each ${unitOf(feedKeys[0]!)} first.`;
  return `${countOf(count, "paper")}, ranked by upvotes.`;
}

function viewPaper(paper: DigestPaper, feedKeys: string[], excerpt: number): PaperView {
  const authors = paper.authors.map((name) => clip(cleanText(name), NAME));
  const place = feedKeys.length > 1 && paper.feedKey ? ` ${feedInWords(paper.feedKey)}` : "";
  return {
    standing: `No. ${paper.rank}${place} · ${countOf(paper.upvotesInPeriod, "upvote")}`,
    title: clip(cleanText(paper.title), TITLE),
    authors: authorsInWords({ authors, authorCount: paper.authorCount }),
    excerpt: excerpt > 0 ? firstSentences(cleanText(paper.abstract ?? ""), excerpt) : "",
    url: pageUrl(paper.url, URL_LENGTH),
    codeUrl: pageUrl(paper.codeUrl, URL_LENGTH),
  };
}
