import type { Summary } from "./summary";

/** Discord's bounds. */
const MAX_TITLE = 256;

/** A message for a webhook of Discord: an embed for each paper, and nobody is mentioned. */
export function discordMessage({ headline, papers }: Summary): object {
  return {
    content: `**${escapeText(headline)}**`,
    allowed_mentions: { parse: [] },
    embeds: papers.map(({ title, url, rank }) => ({
      title: shorten(`${rank === null ? "" : `${rank}. `}${escapeText(title)}`),
      ...(url !== null && { url }),
    })),
  };
}

/** Signs of Markdown. */
const escapeText = (text: string) => text.replace(/[\\*_~`|>[\]()]/g, "\\$&");

function shorten(text: string): string {
  const characters = [...text];
  if (text.length <= MAX_TITLE) return text;
  let short = "";
  for (const each of characters) {
    if (short.length + each.length >= MAX_TITLE) break;
    short += each;
  }
  return `${short.replace(/\\$/, "")}…`;
}
