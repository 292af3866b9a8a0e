import { escapeMarkdown, markdownLink } from "../../documents/markdown";
import type { WebFeed, WebFeedEntry } from "../web-feed";

/** A feed as Markdown: a heading for each paper, with its authors, its text and links. */
export function writeMarkdown({ title, subtitle, entries }: WebFeed): string {
  return `${joined([`# ${escapeMarkdown(title)}`, escapeMarkdown(subtitle), ...entries.map(entryOf)])}\n`;
}

function entryOf({ title, url, authors, categories, text, pdfUrl, codeUrl }: WebFeedEntry, i: number): string {
  const links = [
    pdfUrl && markdownLink("PDF", pdfUrl),
    codeUrl && markdownLink("Code", codeUrl),
    escapeMarkdown(categories.map(({ term }) => term).join(", ")),
  ];
  return joined([
    `## ${i + 1}. ${markdownLink(title, url)}`,
    escapeMarkdown(authors.join(", ")),
    ...text.split("\n").map(escapeMarkdown),
    links.filter((link) => link).join(" · "),
  ]);
}

function joined(blocks: string[]): string {
  return blocks.filter((block) => block !== "").join("\n\n");
}
