import { escapeHtml } from "../../http/escape-html";
import { mediaTypes } from "../feed-url";
import type { WebFeed, WebFeedEntry } from "../web-feed";
import { element, textElement, type Xml, xmlDocument } from "./xml";

const NAMESPACES = {
  "xmlns:atom": "http://www.w3.org/2005/Atom",
  "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
  "xmlns:dc": "http://purl.org/dc/elements/1.1/",
};

/** RSS 2.0, with the names of all authors (dc:creator) and the HTML apart (content:encoded). */
export function writeRss({ title, subtitle, updated, links, entries }: WebFeed): Buffer {
  const { self, home, hub } = links;
  return xmlDocument(
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
      ...entries.map(itemOf),
    ],
  );
}

function itemOf({ id, title, url, published, authors, categories, text, html }: WebFeedEntry): Xml {
  return element("item", {}, [
    element("guid", { isPermaLink: "false" }, id),
    textElement("title", title),
    ...(url ? [textElement("link", url)] : []),
    textElement("pubDate", published.toUTCString()),
    ...authors.map((name) => textElement("dc:creator", name)),
    ...categories.map(({ term, scheme }) => element("category", { domain: scheme }, term)),
    // Readers take it for HTML.
    ...(text ? [textElement("description", escapeHtml(text))] : []),
    textElement("content:encoded", html),
  ]);
}
