import { escapeHtml } from "../../http/escape-html";

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
  let start = name;
  for (const key in attributes) {
    const value = attributes[key];
    if (value != null) start += ` ${key}="${escapeHtml(value)}"`;
  }
  let inner = "";
  if (typeof content === "string") inner = escapeHtml(content);
  else for (const { xml } of content) inner += xml;
  return { xml: inner === "" ? `<${start}/>` : `<${start}>${inner}</${name}>` };
}

const NONE: Attributes = {};

/** An element around a text, without attributes. */
export function textElement(name: string, text: string): Xml {
  return element(name, NONE, text);
}

/** A whole document. */
export function xmlDocument({ xml }: Xml): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${xml}\n`;
}
