import { periodInWords } from "../feeds/period-in-words";
import { escapeHtml } from "../http/escape-html";
import { pageUrl } from "../inputs/web-url";
import type { QueriedFeed, QueriedPaper } from "./queries";
import { type TagAuthority, tagUri } from "./tag-uri";
import type { WebFeedCategory, WebFeedEntry } from "./web-feed";
import { xmlText } from "./xml-text";

/** The scheme of arXiv's categories in its own feeds. */
const ARXIV_SCHEME = "http://arxiv.org/schemas/atom";

/** An entry for a paper. */
export function paperEntry(authority: TagAuthority, paper: QueriedPaper): WebFeedEntry {
  const { id, title, publishedOn, featuredOn, createdAt, updatedAt } = paper;
  const known = featuredOn ?? publishedOn;
  const [url, pdfUrl, codeUrl] = [pageUrl(paper.url), pageUrl(paper.pdfUrl), pageUrl(paper.codeUrl)];
  const authors = authorsOf(paper);
  const text = textOf(paper);
  const links = linksHtml([
    ["Page", url],
    ["PDF", pdfUrl],
    ["Code", codeUrl],
  ]);
  return {
    id: tagUri(authority, id),
    title: xmlText(title),
    url: url ?? pdfUrl,
    published: known ? startOf(known) : new Date(createdAt),
    updated: new Date(updatedAt),
    authors,
    categories: categoriesOf(paper),
    text,
    // Of a listing that gives no more, the title.
    html:
      paragraphs([escapeHtml(authors.join(", ")), escapeHtml(text), links]) || paragraphs([escapeHtml(xmlText(title))]),
    pdfUrl,
    codeUrl,
  };
}

/**
 * One entry for a period that lists its papers, the first on top; for programs that send each entry as a mail. Other choices
 * of papers are other entries (RFC 4287, 4.2.6): a reader of two feeds that knew them by one id would show one of them.
 */
export function periodEntry(
  authority: TagAuthority,
  period: NonNullable<QueriedFeed["period"]>,
  { siteName, home, choice }: { siteName: string; home: string; choice: string },
  papers: readonly WebFeedEntry[],
): WebFeedEntry {
  const items = papers.map(({ title, url, authors, text }) => {
    const name = url ? `<a href="${escapeHtml(url)}">${escapeHtml(title)}</a>` : escapeHtml(title);
    return `<li>${paragraphs([`<strong>${name}</strong>`, escapeHtml(authors.join(", ")), escapeHtml(text)])}</li>`;
  });
  const published = startOf(period.endDate);
  return {
    id: tagUri(authority, `period/${period.key}${choice && `?${choice}`}`),
    title: xmlText(`${siteName}: ${periodInWords([period.key])}`),
    url: home,
    published,
    updated: new Date(Math.max(published.getTime(), ...papers.map(({ updated }) => updated.getTime()))),
    authors: [],
    categories: [],
    text: papers.map(({ title, url }, i) => `${i + 1}. ${title}${url ? ` ${url}` : ""}`).join("\n"),
    html: `<ol>${items.join("")}</ol>`,
    pdfUrl: null,
    codeUrl: null,
  };
}

export const startOf = (day: string) => new Date(`${day}T00:00:00Z`);

function textOf({ abstract, summary }: QueriedPaper): string {
  return xmlText(abstract ?? summary ?? "").trim();
}

/** The first names as printed, and how many more there are. */
function authorsOf({ authors: { edges }, authorCount }: QueriedPaper): string[] {
  const names = edges.map(({ name }) => xmlText(name).trim()).filter((name) => name !== "");
  const others = authorCount - edges.length;
  if (others <= 0) return names;
  const count = others.toLocaleString("en");
  return [...names, names.length > 0 ? `and ${count} more` : `${count} author${others === 1 ? "" : "s"}`];
}

function categoriesOf({ categories, keywords }: QueriedPaper): WebFeedCategory[] {
  const terms = [
    ...categories.map((term) => ({ term, scheme: ARXIV_SCHEME })),
    ...keywords.map((term) => ({ term: xmlText(term).trim(), scheme: null })),
  ];
  return terms.filter(({ term }) => term !== "");
}

function linksHtml(links: [label: string, url: string | null][]): string {
  return links.flatMap(([label, url]) => (url ? [`<a href="${escapeHtml(url)}">${label}</a>`] : [])).join(" · ");
}

function paragraphs(contents: string[]): string {
  return contents.flatMap((content) => (content === "" ? [] : [`<p>${content}</p>`])).join("");
}
