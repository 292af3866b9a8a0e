const MARKUP = Symbol("markup");

/** Markup that is safe to send: every text in it was escaped. */
export interface Html {
  readonly [MARKUP]: string;
}

export type Part = Html | string | number | false | null | undefined | readonly Part[];

/** html`<p>${text}</p>`: texts are escaped, for elements and quoted attributes; markup, and lists of it, goes in as it is. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return trusted(strings.reduce((text, string, i) => `${text}${toText(parts[i - 1])}${string}`));
}

/** Text that the code itself wrote, as it stands. */
export function trusted(text: string): Html {
  return { [MARKUP]: text };
}

/** The markup of a part; nothing for what is missing. */
export function toText(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escapeText(String(part));
  return MARKUP in part ? part[MARKUP] : part.map(toText).join("");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
