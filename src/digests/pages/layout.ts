import { icon } from "../../http/mark";
import type { FeedLink } from "../../web-feeds/feed-url";
import { type Html, html, trusted } from "./html";
import { style } from "./style";

export interface Page {
  title: string;
  /** What has just happened. The title begins with it, so that it is read out first. */
  news?: string;
  /** The form has errors: the title begins with "Error". */
  hasErrors?: boolean;
  /** Feeds that feed readers find by the page. */
  feeds?: FeedLink[];
  body: Html;
}

/** The layout of all pages. They have no scripts, and their links are relative: PUBLIC_URL may have a path. */
export function layout(siteName: string, { title, news, hasErrors, feeds = [], body }: Page): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${hasErrors && "Error: "}${news && `${news} `}${title} - ${siteName}</title>
<link rel="icon" href="${icon}">
${feeds.map(
  ({ type, title, href }) => html`<link rel="alternate" type="${type}" title="${title}" href="${href}">
`,
)}<style>${trusted(style)}</style>
</head>
<body>
<header>${siteName}</header>
<main>
<h1>${title}</h1>
${news && html`<p class="note" role="status">${news}</p>`}
${body}
</main>
</body>
</html>
`;
}
