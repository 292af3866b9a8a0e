import { escapeHtml } from "../../http/escape-html";
import { mediaTypes } from "../feed-url";
import type { WebFeed, WebFeedEntry } from "../web-feed";
import { type FeedFormat, type Frame, PUBLISHED } from "./format";
import { element, textElement, xmlFrame } from "./xml";

const NAMESPACES = {
  "xmlns:atom": "http://www.w3.org/2005/Atom",
  "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
  "xmlns:dc": "http://purl.org/dc/elements/1.1/",
};

/** RSS 2.0, with the names of all authors (dc:creator) and the HTML apart (content:encoded). */
export const rss: FeedFormat = {
  contentType: `${mediaTypes.rss}; charset=utf-8`,
  entry,
  time: (moment) => moment.toUTCString(),
  frame,
};

function frame({ title, subtitle, updated, links: { self, home, hub } }: WebFeed): Frame {
  return xmlFrame(
    [
      ["rss", { version: "2.0", ...NAMESPACES }],
      ["channel", {}],
    ],
    [
      textElement("title", title),
      textElement("link", home),
      textElement("description", subtitle),
      textElement("lastBuildDate", updated.toUTCString()),
      element("atom:link", { rel: "self", type: mediaTypes.rss, href: self }),
      ...(hub ? [element("atom:link", { rel: "hub", href: hub })] : []),
    ],
  );
}

function entry({ id, title, url, authors, categories, text, html }: WebFeedEntry): string {
  return element("item", {}, [
    element("guid", { isPermaLink: "false" }, id),
    textElement("title", title),
    ...(url ? [textElement("link", url)] : []),
    textElement("pubDate", PUBLISHED),
    ...authors.map((name) => textElement("dc:creator", name)),
    ...categories.map(({ term, scheme }) => element("category", { domain: scheme }, term)),
    // Readers take it for HTML.
    ...(text ? [textElement("description", escapeHtml(text))] : []),
    textElement("content:encoded", html),
  ]).xml;
}
