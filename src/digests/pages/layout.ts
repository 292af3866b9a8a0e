import { icon } from "../../http/mark";
import { type Html, html, trusted } from "./html";
import { style } from "./style";

export interface Page {
  title: string;
  /** What has just happened. The title begins with it, so that it is read out first. */
  news?: string;
  /** The form has errors: the title begins with "Error". */
  hasErrors?: boolean;
  body: Html;
}

/** The layout of all pages. They have no scripts, and their links are relative: PUBLIC_URL may have a path. */
export function layout(siteName: string, { title, news, hasErrors, body }: Page): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${hasErrors && "Error: "}${news && `${news} `}${title} - ${siteName}</title>
<link rel="icon" href="${icon}">
<style>${trusted(style)}</style>
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
