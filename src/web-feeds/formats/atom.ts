import { mediaTypes } from "../feed-url";
import type { WebFeed, WebFeedCategory, WebFeedEntry } from "../web-feed";
import { type FeedFormat, type Frame, PUBLISHED } from "./format";
import { element, textElement, type Xml, xmlFrame } from "./xml";

const NAMESPACE = "http://www.w3.org/2005/Atom";

/** Atom (RFC 4287). */
export const atom: FeedFormat = {
  contentType: `${mediaTypes.atom}; charset=utf-8`,
  entry,
  time: (moment) => moment.toISOString(),
  frame,
};

function frame({ id, siteName, title, subtitle, updated, links: { self, home, hub } }: WebFeed): Frame {
  return xmlFrame(
    [["feed", { xmlns: NAMESPACE }]],
    [
      textElement("id", id),
      textElement("title", title),
      textElement("subtitle", subtitle),
      textElement("updated", updated.toISOString()),
      // 4.1.1: an entry without authors of its own has the feed's.
      author(siteName),
      link({ rel: "self", type: mediaTypes.atom, href: self }),
      link({ rel: "alternate", type: "text/html", href: home }),
      ...(hub ? [link({ rel: "hub", href: hub })] : []),
    ],
  );
}

function entry({ id, title, url, updated, authors, categories, text, html, ...urls }: WebFeedEntry): string {
  const { pdfUrl, codeUrl } = urls;
  return element("entry", {}, [
    textElement("id", id),
    textElement("title", title),
    textElement("published", PUBLISHED),
    textElement("updated", updated.toISOString()),
    ...authors.map(author),
    ...categories.map(({ term, scheme }: WebFeedCategory) => element("category", { term, scheme })),
    ...(url ? [link({ rel: "alternate", type: "text/html", href: url })] : []),
    ...(pdfUrl ? [link({ rel: "related", type: "application/pdf", title: "PDF", href: pdfUrl })] : []),
    ...(codeUrl ? [link({ rel: "related", title: "Code", href: codeUrl })] : []),
    ...(text ? [textElement("summary", text)] : []),
    element("content", { type: "html" }, html),
  ]).xml;
}

function author(name: string): Xml {
  return element("author", {}, [textElement("name", name)]);
}

function link(attributes: Record<string, string>): Xml {
  return element("link", attributes);
}
