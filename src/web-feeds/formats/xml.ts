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
  const given = Object.entries(attributes).filter(([, value]) => value !== null);
  const start = given.map(([key, value]) => ` ${key}="${escapeHtml(value!)}"`).join("");
  const inner = typeof content === "string" ? escapeHtml(content) : content.map(({ xml }) => xml).join("");
  return { xml: inner === "" ? `<${name}${start}/>` : `<${name}${start}>${inner}</${name}>` };
}

/** An element around a text. */
export function textElement(name: string, text: string): Xml {
  return element(name, {}, text);
}

/** A whole document. */
export function xmlDocument({ xml }: Xml): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${xml}\n`;
}
