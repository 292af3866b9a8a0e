import { mediaTypes } from "../feed-url";
import type { WebFeed, WebFeedCategory, WebFeedEntry } from "../web-feed";
import { element, textElement, type Xml, xmlDocument } from "./xml";

const NAMESPACE = "http://www.w3.org/2005/Atom";

/** Atom (RFC 4287). */
export function writeAtom({ id, siteName, title, subtitle, updated, links, entries }: WebFeed): Buffer {
  const { self, home, hub } = links;
  return xmlDocument(
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
      ...entries.map(entryOf),
    ],
  );
}

function entryOf({ id, title, url, published, updated, authors, categories, text, html, ...urls }: WebFeedEntry): Xml {
  const { pdfUrl, codeUrl } = urls;
  return element("entry", {}, [
    textElement("id", id),
    textElement("title", title),
    textElement("published", published.toISOString()),
    textElement("updated", updated.toISOString()),
    ...authors.map(author),
    ...categories.map(({ term, scheme }: WebFeedCategory) => element("category", { term, scheme })),
    ...(url ? [link({ rel: "alternate", type: "text/html", href: url })] : []),
    ...(pdfUrl ? [link({ rel: "related", type: "application/pdf", title: "PDF", href: pdfUrl })] : []),
    ...(codeUrl ? [link({ rel: "related", title: "Code", href: codeUrl })] : []),
    ...(text ? [textElement("summary", text)] : []),
    element("content", { type: "html" }, html),
  ]);
}

function author(name: string): Xml {
  return element("author", {}, [textElement("name", name)]);
}

function link(attributes: Record<string, string>): Xml {
  return element("link", attributes);
}
