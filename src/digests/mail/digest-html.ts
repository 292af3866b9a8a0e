import { escapeHtml } from "./clean";
import type { DigestView, PaperView } from "./digest-view";
import { clip } from "./excerpt";
import { heading, link, paragraph, renderLayout, row } from "./layout";

const PREHEADER = 140;

export function renderDigestHtml({ siteName, period, summary, papers, why, links }: DigestView): Promise<string> {
  const copy = links.webCopy ? `<p class="small">${link("Read this digest on the web", links.webCopy)}</p>` : "";
  const manage = link("Change or pause this digest", links.manage);
  const unsubscribe = link("Unsubscribe from this digest", links.unsubscribe);
  const ways = `<p class="small space">${manage}</p><p class="small space">${unsubscribe}</p>`;
  return renderLayout({
    title: `${siteName}: ${period}`,
    // The subject has the first title.
    preheader: clip([period, ...papers.slice(1, 4).map(({ title }) => title)].join(" · "), PREHEADER),
    feeds: links.feeds,
    body: [
      heading(siteName, period, paragraph(summary, "ink space") + copy),
      ...papers.map((paper) => row(paperHtml(paper))),
      row(paragraph(why, "muted small") + ways),
    ],
  });
}

function paperHtml({ standing, title, authors, excerpt, url, codeUrl }: PaperView): string {
  const linked = url ? link(title, url) : escapeHtml(title);
  return [
    paragraph(standing, "muted small"),
    `<h2 class="ink">${linked}</h2>`,
    authors && paragraph(authors, "muted small"),
    excerpt && paragraph(excerpt, "ink space"),
    codeUrl && `<p class="small space">${link(`Code: ${placeOf(codeUrl)}`, codeUrl)}</p>`,
  ].join("");
}

/** Where a link leads: "github.com/owner/name". */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return clip(`${host.replace(/^www\./, "")}${pathname.replace(/\/$/, "")}`, 60);
}
