import { escapeMarkdown, markdownLink } from "../../documents/markdown";
import { mediaTypes } from "../feed-url";
import type { WebFeed, WebFeedEntry } from "../web-feed";
import type { FeedFormat, Frame } from "./format";

const BETWEEN = "\n\n";

/** A feed as Markdown: a heading for each paper, with its authors, its text and links. */
export const markdown: FeedFormat = {
  contentType: `${mediaTypes.md}; charset=utf-8`,
  entry,
  time: () => "",
  frame,
};

function frame({ title, subtitle }: WebFeed): Frame {
  return {
    before: filled([`# ${escapeMarkdown(title)}`, escapeMarkdown(subtitle)]).join(BETWEEN),
    beforeEntry: (i) => `${BETWEEN}## ${i + 1}. `,
    behind: "\n",
  };
}

function entry({ title, url, authors, categories, text, pdfUrl, codeUrl }: WebFeedEntry): string {
  const links = [
    pdfUrl && markdownLink("PDF", pdfUrl),
    codeUrl && markdownLink("Code", codeUrl),
    escapeMarkdown(categories.map(({ term }) => term).join(", ")),
  ];
  const below = [
    escapeMarkdown(authors.join(", ")),
    ...text.split("\n").map(escapeMarkdown),
    links.filter((link) => link).join(" · "),
  ];
  return [markdownLink(title, url), ...filled(below)].join(BETWEEN);
}

function filled(blocks: string[]): string[] {
  return blocks.filter((block) => block !== "");
}
