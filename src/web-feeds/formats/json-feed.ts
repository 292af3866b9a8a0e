import { mediaTypes } from "../feed-url";
import type { WebFeed, WebFeedEntry } from "../web-feed";
import { type FeedFormat, type Frame, PUBLISHED } from "./format";

/** JSON Feed 1.1. */
export const jsonFeed: FeedFormat = {
  contentType: `${mediaTypes.json}; charset=utf-8`,
  entry: (entry) => JSON.stringify(itemOf(entry)),
  time: (moment) => moment.toISOString(),
  frame,
};

const NO_ITEMS = "]}";

function frame({ title, subtitle, links: { self, home, hub }, siteName }: WebFeed): Frame {
  const feed = JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title,
    home_page_url: home,
    feed_url: self,
    description: subtitle,
    authors: [{ name: siteName }],
    ...(hub && { hubs: [{ type: "WebSub", url: hub }] }),
    items: [],
  });
  return { before: feed.slice(0, -NO_ITEMS.length), beforeEntry: (i) => (i > 0 ? "," : ""), behind: NO_ITEMS };
}

function itemOf({ id, title, url, updated, authors, categories, text, html, ...urls }: WebFeedEntry) {
  return {
    id,
    title,
    ...(url && { url }),
    ...(urls.codeUrl && { external_url: urls.codeUrl }),
    date_published: PUBLISHED,
    date_modified: updated,
    ...(authors.length > 0 && { authors: authors.map((name) => ({ name })) }),
    ...(categories.length > 0 && { tags: categories.map(({ term }) => term) }),
    content_html: html,
    ...(text && { content_text: text }),
    ...(urls.pdfUrl && { attachments: [{ url: urls.pdfUrl, mime_type: "application/pdf", title: "PDF" }] }),
  };
}
