import type { Summary } from "./summary";

/** The three characters with a meaning of their own in Slack's texts; without them no mention and no link can be written. */
const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const escapeText = (text: string) => text.replace(/[&<>]/g, (sign) => escapes[sign]!);

/** A link; its address must not hold what ends it. */
const link = (url: string, title: string) => `<${escapeText(url).replaceAll("|", "%7C")}|${escapeText(title)}>`;

/** A message for an incoming webhook of Slack. */
export function slackMessage({ headline, papers }: Summary): object {
  const lines = papers.map(({ title, url, rank }) => {
    return `${rank === null ? "" : `${rank}. `}${url === null ? escapeText(title) : link(url, title)}`;
  });
  // Previews of many links would hide the list.
  return { text: [`*${escapeText(headline)}*`, ...lines].join("\n"), unfurl_links: false, unfurl_media: false };
}
