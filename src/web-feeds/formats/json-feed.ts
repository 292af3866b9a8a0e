import type { WebFeed, WebFeedEntry } from "../web-feed";

/** JSON Feed 1.1. */
export function writeJsonFeed({ title, subtitle, links, entries, siteName }: WebFeed): string {
  const { self, home, hub } = links;
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title,
    home_page_url: home,
    feed_url: self,
    description: subtitle,
    authors: [{ name: siteName }],
    ...(hub && { hubs: [{ type: "WebSub", url: hub }] }),
    items: entries.map(itemOf),
  });
}

function itemOf({ id, title, url, published, updated, authors, categories, text, html, ...urls }: WebFeedEntry) {
  return {
    id,
    title,
    ...(url && { url }),
    ...(urls.codeUrl && { external_url: urls.codeUrl }),
    date_published: published,
    date_modified: updated,
    ...(authors.length > 0 && { authors: authors.map((name) => ({ name })) }),
    ...(categories.length > 0 && { tags: categories.map(({ term }) => term) }),
    content_html: html,
    ...(text && { content_text: text }),
    ...(urls.pdfUrl && { attachments: [{ url: urls.pdfUrl, mime_type: "application/pdf", title: "PDF" }] }),
  };
}
