import { periodInWords } from "../../feeds/period-in-words";
import { cleanText } from "./clean";
import { renderDigestHtml } from "./digest-html";
import { renderDigestText } from "./digest-text";
import { type Extent, viewDigest } from "./digest-view";
import { clip } from "./excerpt";
import type { DigestContent, RenderedMail } from "./mail.types";
import { countOf } from "./words";

/** Gmail cuts mails at 102 kB, and with the rest would hide the link to unsubscribe. */
const MAX_BYTES = 100_000;
const SUBJECT = 90;

/** Renders a digest as it is sent: the same content gives the same bytes. */
export async function renderDigest(content: DigestContent): Promise<RenderedMail> {
  const subject = subjectOf(content);
  for (const extent of extents(content.papers.length)) {
    const view = viewDigest(content, extent);
    const html = await renderDigestHtml(view);
    if (Buffer.byteLength(html) <= MAX_BYTES) return { subject, html, text: renderDigestText(view) };
  }
  throw new Error("A digest without papers is too long");
}

/** Extents from the whole digest to less and less: first without abstracts, then without the last papers. */
function* extents(papers: number): Generator<Extent> {
  for (const excerpt of [280, 200, 120, 0]) yield { papers, excerpt };
  for (let fewer = papers; fewer > 0; ) {
    fewer = Math.floor(fewer * 0.8);
    yield { papers: fewer, excerpt: 0 };
  }
}

function subjectOf({ feedKeys, papers: [top, ...others] }: DigestContent): string {
  if (!top) return `No papers: ${periodInWords(feedKeys)}`;
  const rest = others.length > 0 ? ` and ${countOf(others.length, "more paper")}` : "";
  return clip(cleanText(top.title), SUBJECT - rest.length) + rest;
}
