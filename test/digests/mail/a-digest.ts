import { DigestFrequency } from "../../../src/digests/digest.types";
import { renderDigest } from "../../../src/digests/mail/digest.mail";
import type { DigestContent, DigestPaper } from "../../../src/digests/mail/mail.types";

export const siteName = "Daily Papers";
/** Where a link of a mail leads. */
export const at = (place: string) => `https://papers.test/digest/${place}/Zm9v-_`;
export const links = { webCopy: at("copy"), manage: at("manage"), unsubscribe: at("unsubscribe") };

export const aPaper = (changes: Partial<DigestPaper> = {}): DigestPaper => ({
  rank: 1,
  feedKey: null,
  title: "A title",
  authors: ["Ada Lovelace", "Alan Turing", "Grace Hopper"],
  authorCount: 7,
  upvotesInPeriod: 1234,
  abstract: "An abstract.",
  url: "https://arxiv.org/abs/2610.00001",
  codeUrl: "https://github.com/owner/name",
  ...changes,
});

export const digest = (papers: DigestPaper[], changes: Partial<DigestContent> = {}) =>
  renderDigest({ siteName, frequency: DigestFrequency.DAILY, feedKeys: ["2026-10-07"], papers, links, ...changes });

export const times = (count: number, changes: Partial<DigestPaper>) =>
  Array.from({ length: count }, (_, i) => aPaper({ rank: i + 1, ...changes }));

/** What a person sees of HTML. */
export const seen = (html: string) =>
  html
    .replace(/<(title|style)\b[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
export const titles = (html: string) => Array.from(html.matchAll(/<h2[^>]*>(.*?)<\/h2>/g), ([, title]) => seen(title!));
export const hrefs = (html: string) => Array.from(html.matchAll(/href="([^"]*)"/g), ([, href]) => seen(href!));
export const oneLine = (text: string) => text.replace(/\s+/g, " ");
export const bytes = (text: string) => Buffer.byteLength(text);
/** All tags with the names of their attributes: what a browser makes elements of. */
export const tags = (html: string) =>
  Array.from(html.matchAll(/<[^>]*>/g), ([tag]) => tag.replace(/="[^"]*"/g, "").replace(/\s+/g, " "));
