import type { DigestView, PaperView } from "./digest-view";
import { paragraphs, RULE, wrap } from "./plain-text";

export function renderDigestText({ siteName, period, summary, papers, why, links }: DigestView): string {
  const text = paragraphs(
    `${siteName}\n${period}`,
    wrap(summary),
    links.webCopy && `Read this digest on the web:\n${links.webCopy}`,
    ...papers.flatMap((paper) => [RULE, paperText(paper)]),
    RULE,
    wrap(why),
    `Change or pause this digest:\n${links.manage}`,
    `Unsubscribe from this digest:\n${links.unsubscribe}`,
  );
  return `${text}\n`;
}

function paperText({ standing, title, authors, excerpt, url, codeUrl }: PaperView): string {
  const top = [standing, wrap(title), authors && wrap(authors)].filter((line) => line).join("\n");
  const links = [url, codeUrl && `Code: ${codeUrl}`].filter((line) => line).join("\n");
  return paragraphs(top, excerpt && wrap(excerpt, "  "), links);
}
