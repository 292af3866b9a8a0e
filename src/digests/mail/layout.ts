import type mjml2html from "mjml";
import type { FeedLink } from "../../web-feeds/feed-url";
import { escapeHtml } from "./clean";
import { button, inlineStyles, palettes, sheet } from "./styles";

/**
 * MJML as a tree, never as a text to be parsed, so that nothing in a paper can become a tag of it. Its contents are HTML.
 */
type Mjml = Exclude<Parameters<typeof mjml2html>[0], string>;

interface Layout {
  /** Plain text. */
  title: string;
  /** Shown next to the subject in lists of mails; plain text. */
  preheader: string;
  /** Feeds that feed readers find by the page. */
  feeds?: FeedLink[];
  body: Mjml[];
}

const FONTS = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";

/** The layout of every mail: one column, no pictures, nothing loaded from elsewhere. */
export async function renderLayout({ title, preheader, feeds = [], body }: Layout): Promise<string> {
  const column = element("mj-column", {}, body);
  const page = element("mj-body", { "css-class": "page", "background-color": palettes.light.paper }, [
    element("mj-section", { padding: "24px 20px" }, [column]),
  ]);
  const mail = element("mjml", { lang: "en", dir: "ltr" }, [head(title, preheader, feeds), page]);
  // Loading takes most of a second, which the start should not wait for.
  const toHtml = require("mjml") as typeof mjml2html;
  const { html } = await toHtml(mail, { fonts: {}, keepComments: false, validationLevel: "strict" });
  // Indentation is a fifth of the mail.
  return html.replace(/\n\s+/g, "\n");
}

function head(title: string, preheader: string, feeds: FeedLink[]): Mjml {
  return element("mj-head", {}, [
    leaf("mj-title", {}, escapeHtml(title)),
    leaf("mj-preview", {}, escapeHtml(preheader)),
    leaf("mj-raw", {}, '<meta name="color-scheme" content="light dark">'),
    leaf("mj-raw", {}, '<meta name="supported-color-schemes" content="light dark">'),
    ...feeds.map((feed) => leaf("mj-raw", {}, feedLink(feed))),
    element("mj-attributes", {}, [
      element("mj-all", { "font-family": FONTS }, []),
      element(
        "mj-text",
        { color: palettes.light.ink, "font-size": "16px", "line-height": "25px", padding: "20px 0" },
        [],
      ),
    ]),
    leaf("mj-style", {}, sheet),
    leaf("mj-style", { inline: "inline" }, inlineStyles),
  ]);
}

function feedLink({ type, title, href }: FeedLink): string {
  return `<link rel="alternate" type="${type}" title="${escapeHtml(title)}" href="${escapeHtml(href)}">`;
}

/** A section of the mail, with a line above it. */
export const row = (html: string): Mjml => leaf("mj-text", { "css-class": "row" }, html);

/** The first section of the mail. */
export function heading(siteName: string, text: string, below: string): Mjml {
  const brand = paragraph(siteName, "muted small");
  return leaf("mj-text", { padding: "0 0 20px" }, `${brand}<h1 class="ink">${escapeHtml(text)}</h1>${below}`);
}

export function buttonTo(label: string, url: string): Mjml {
  const colors = { "background-color": button.paper, color: button.ink };
  const shape = { align: "left", padding: "4px 0 24px", "inner-padding": "14px 24px", "border-radius": "6px" };
  const words = { "font-size": "16px", "font-weight": "600" };
  return leaf("mj-button", { ...colors, ...shape, ...words, href: escapeHtml(url) }, escapeHtml(label));
}

export function paragraph(text: string, classes = "ink"): string {
  return `<p class="${classes}">${escapeHtml(text)}</p>`;
}

export function link(label: string, url: string): string {
  return `<a class="link" href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;
}

function element(tagName: string, attributes: Record<string, string>, children: Mjml[]): Mjml {
  return { tagName, attributes, children };
}

function leaf(tagName: string, attributes: Record<string, string>, content: string): Mjml {
  return { tagName, attributes, content };
}
