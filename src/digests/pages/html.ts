import { escapeHtml } from "../../http/escape-html";

const MARKUP = Symbol("markup");

/** Safe markup: every text in it is escaped. */
export interface Html {
  readonly [MARKUP]: string;
}

export type Part = Html | string | number | false | null | undefined | readonly Part[];

/** html`<p>${text}</p>`: texts are escaped for elements and quoted attributes; markup and lists of it are inserted as they are. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return trusted(strings.reduce((text, string, i) => `${text}${toText(parts[i - 1])}${string}`));
}

/** Text that the code itself wrote, unescaped. */
export function trusted(text: string): Html {
  return { [MARKUP]: text };
}

/** The markup of a part; empty for a missing one. */
export function toText(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return MARKUP in part ? part[MARKUP] : part.map(toText).join("");
}
