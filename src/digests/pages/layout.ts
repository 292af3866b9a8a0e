import { type Html, html, trusted } from "./html";
import { style } from "./style";

export interface Page {
  title: string;
  /** What has just happened, read out first: the title begins with it. */
  news?: string;
  /** The title begins with "Error", as the form has some. */
  hasErrors?: boolean;
  body: Html;
}

/** The one frame of all pages. They have no scripts, and their links are relative: PUBLIC_URL may have a path. */
export function layout({ title, news, hasErrors, body }: Page): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${hasErrors && "Error: "}${news && `${news} `}${title} - Daily Papers</title>
<style>${trusted(style)}</style>
</head>
<body>
<header>Daily Papers</header>
<main>
<h1>${title}</h1>
${news && html`<p class="note" role="status">${news}</p>`}
${body}
</main>
</body>
</html>
`;
}
