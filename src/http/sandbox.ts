import { createHash } from "node:crypto";
import { escapeHtml } from "./escape-html";
import type { Explorer } from "./explorer";
import { icon, mark } from "./mark";

const SCRIPT_HOST = "https://embeddable-sandbox.cdn.apollographql.com";
const FRAME_HOST = "https://sandbox.embed.apollographql.com";

/** Text and link appear after a second, so that they stay hidden while the Sandbox loads in time; then it covers them. */
const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 38rem; margin: 0 auto; padding: 2rem 1rem; animation: wait 1s step-end; }
main:has(~ #sandbox:not(:empty)) { display: none; }
h1 { display: flex; gap: .75rem; align-items: center; margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; }
#sandbox { position: fixed; inset: 0; }
#sandbox:empty { display: none; }
iframe { width: 100%; height: 100%; border: none; background: white; }
@keyframes wait { from { visibility: hidden; } }
`;

/**
 * Apollo Sandbox as the page of /graphql in a browser, embedded as in Apollo's own landing page. It is loaded from the
 * internet; while it is unreachable, the page links to GraphiQL, which this server hosts.
 */
export function sandboxPage({ name, examples: [example] }: Explorer): string {
  const config = {
    target: "#sandbox",
    initialState: { document: example?.query },
    hideCookieToggle: false,
    endpointIsEditable: false,
    // The page's Content-Security-Policy allows only the styles above.
    allowDynamicStyles: false,
  };
  const script = `
const config = ${JSON.stringify(config).replaceAll("<", "\\u003c")};
document.querySelector("main a").search = location.search;
if (window.EmbeddedSandbox) new EmbeddedSandbox({ ...config, initialEndpoint: location.origin + location.pathname });
`;
  const policy = [
    `script-src ${sourceOf(script)} ${SCRIPT_HOST}`,
    `style-src ${sourceOf(STYLE)}`,
    "img-src data:",
    `frame-src ${FRAME_HOST}`,
    "object-src 'none'",
    "base-uri 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}</title>
<link rel="icon" href="${icon}">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${mark} ${escapeHtml(name)}</h1>
<p>Apollo Sandbox is not loaded: it comes from the internet, which may be out of reach, slow or blocked.</p>
<p><a href="graphiql">Explore with GraphiQL instead</a>: it comes from this server, with queries to try.</p>
<noscript><p>Both need JavaScript.</p></noscript>
</main>
<div id="sandbox"></div>
<script src="${SCRIPT_HOST}/v2/embeddable-sandbox.umd.production.min.js"></script>
<script>${script}</script>
</body>
</html>
`;
}

function sourceOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
