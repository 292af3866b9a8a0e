import { escapeHtml } from "../../http/escape-html";
import type { Frame } from "./format";

/** XML that is written already. */
export interface Xml {
  xml: string;
}

type Attributes = Readonly<Record<string, string | null>>;

/**
 * An element around a text, which is escaped, or around others; attributes that are null are left out. Texts stand alone
 * within their element: white space that only looks nice would be part of a title or an id.
 */
export function element(name: string, attributes: Attributes, content: string | readonly Xml[] = []): Xml {
  const start = startOf(name, attributes);
  let inner = "";
  if (typeof content === "string") inner = escapeHtml(content);
  else for (const { xml } of content) inner += xml;
  return { xml: inner === "" ? `<${start}/>` : `<${start}>${inner}</${name}>` };
}

function startOf(name: string, attributes: Attributes): string {
  let start = name;
  for (const key in attributes) {
    const value = attributes[key];
    if (value != null) start += ` ${key}="${escapeHtml(value)}"`;
  }
  return start;
}

const NONE: Attributes = {};

/** An element around a text, without attributes. */
export function textElement(name: string, text: string): Xml {
  return element(name, NONE, text);
}

/** A document of elements around others, the outermost first: its begin, with what stands before those, and its end. */
export function xmlFrame(around: readonly [name: string, attributes: Attributes][], content: readonly Xml[]): Frame {
  const starts = around.map(([name, attributes]) => `<${startOf(name, attributes)}>`);
  const ends = around.map(([name]) => `</${name}>`).reverse();
  return {
    before: `<?xml version="1.0" encoding="utf-8"?>\n${starts.join("")}${content.map(({ xml }) => xml).join("")}`,
    beforeEntry: () => "",
    behind: `${ends.join("")}\n`,
  };
}
